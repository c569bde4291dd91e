/**
 * The name of a queue in the form that the service accepts: in lower case. As on Azure, upper case is accepted and converted.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata
 * @throws Error if the name is invalid.
 */
export function queueName(given: unknown): string {
  if (typeof given !== "string" || given === "") throw new Error('it needs "queueName".');
  const name = given.toLowerCase();
  if (isQueueName(name)) return name;
  throw new Error(
    `"${given}" is not a valid queue name: 3 to 63 letters, digits and single hyphens, with no hyphen at its beginning or end.`,
  );
}

/** The poison queue of a queue; `undefined` for a poison queue itself, or if the name would be too long. */
export function poisonQueueOf(name: string): string | undefined {
  const poison = `${name}-poison`;
  return name.endsWith("-poison") || !isQueueName(poison) ? undefined : poison;
}

/** Whether a text is a valid name of a queue; the rules for containers of blobs are the same. */
export const isQueueName = (name: string) =>
  name.length >= 3 && name.length <= 63 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
