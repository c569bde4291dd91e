import { type Metadata, membersOf } from "./members.ts";

/**
 * The content of `context.triggerMetadata` of durable functions in the real host, as recorded: the trigger's value under the name of its binding, and
 * the members of the value.
 */

/** `input` is the activity's input; `triggerName` is the name of its trigger's binding. */
export function activityMetadata(triggerName: string, input: unknown, instanceId: string): Metadata {
  const metadata: Metadata = { instanceId: { string: instanceId } };
  if (input === undefined || input === null) return metadata;
  const whole = { json: JSON.stringify(input) };
  return { ...metadata, [triggerName]: whole, data: whole, ...membersOf(input) };
}

/** `data` is the data that the entity gets; `triggerName` is the name of its trigger's binding. */
export function entityMetadata(triggerName: string, data: unknown): Metadata {
  return { [triggerName]: { json: JSON.stringify(data) }, ...membersOf(data) };
}
