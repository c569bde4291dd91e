import { type Metadata, membersOf } from "./members.ts";

/**
 * What the real host puts into `context.triggerMetadata` of durable functions, as recorded: the trigger's value under the name of its binding, and
 * its members.
 */

/** `input` is what the activity is given; `triggerName` is the name of its trigger's binding. */
export function activityMetadata(triggerName: string, input: unknown, instanceId: string): Metadata {
  const metadata: Metadata = { instanceId: { string: instanceId } };
  if (input === undefined || input === null) return metadata;
  const whole = { json: JSON.stringify(input) };
  return { ...metadata, [triggerName]: whole, data: whole, ...membersOf(input) };
}

/** `data` is what the entity is given; `triggerName` is the name of its trigger's binding. */
export function entityMetadata(triggerName: string, data: unknown): Metadata {
  return { [triggerName]: { json: JSON.stringify(data) }, ...membersOf(data) };
}
