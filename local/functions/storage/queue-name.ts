/**
 * The name of a queue as the service takes it: in lower case, which is forgiven as on Azure.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata
 * @throws Error when it can be none.
 */
export function queueName(given: unknown): string {
  if (typeof given !== "string" || given === "") throw new Error('it needs "queueName".');
  const name = given.toLowerCase();
  if (isQueueName(name)) return name;
  throw new Error(
    `"${given}" is not a valid queue name: 3 to 63 letters, digits and single hyphens, with no hyphen at its beginning or end.`,
  );
}

/** The queue that takes the messages of another that could not be handled; none for a poison queue itself, or where the name would be too long. */
export function poisonQueueOf(name: string): string | undefined {
  const poison = `${name}-poison`;
  return name.endsWith("-poison") || !isQueueName(poison) ? undefined : poison;
}

/** Whether a text can be the name of a queue; the rules for containers of blobs are the same. */
export const isQueueName = (name: string) =>
  name.length >= 3 && name.length <= 63 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
