import { isEntityId } from "./entity-records.ts";

/**
 * Why no orchestration can be started under an id, or `undefined`.
 * Source: `StartNewAsync` in `DurableClient.cs` of the extension. It also refuses every id that begins with `@`, but a recorded host started `@bad`
 * and ran it to its end. So only entity ids are refused: on Azure orchestration and entity would be the same instance, here they are two.
 */
export function whyNoInstanceId(id: string): string | undefined {
  if (isEntityId(id))
    return `Instance id '${id}' is invalid. Orchestration instance ids must not start with @: this is the id of an entity.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (id !== "" && id.length <= 256 && !/[/\\#?\u0000-\u001f\u007f]/.test(id)) return undefined;
  return `Instance id '${id}' is invalid. An instance id has 1 to 256 characters and none of '/', '\\', '#', '?' and control characters.`;
}
