import { isEntityId } from "./entity-records.ts";

/**
 * Why no orchestration can be started under an id, or nothing.
 *
 * Source: `StartNewAsync` in `DurableClient.cs` of the extension. It refuses whatever begins with `@`, too; but a host that was recorded started `@bad`, and ran it to its end. So only what is the id of
 * an entity is refused: both would be one instance there, and are two here.
 */
export function whyNoInstanceId(id: string): string | undefined {
  if (isEntityId(id))
    return `Instance id '${id}' is invalid. Orchestration instance ids must not start with @: this is the id of an entity.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (id !== "" && id.length <= 256 && !/[/\\#?\u0000-\u001f\u007f]/.test(id)) return undefined;
  return `Instance id '${id}' is invalid. An instance id has 1 to 256 characters and none of '/', '\\', '#', '?' and control characters.`;
}
