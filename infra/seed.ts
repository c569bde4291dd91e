import { readFile } from "node:fs/promises";
import type { Container, JSONObject } from "@azure/cosmos";
import { type ConfigDocument, configDocument } from "../contracts/documents.ts";

/** An employee of the store; `phone` in E.164. */
export interface Person {
  phone: string;
  name: string;
  roles: string[];
}

export interface SeedOptions {
  storeId: string;
  /** IANA name, instead of the one in seed.json. */
  timeZone?: string;
  /** The employees, instead of those in seed.json. */
  staff?: Person[];
}

/**
 * The first documents of a new store, from seed.json. The phone numbers are of the range reserved for fiction (555-0100 to 555-0199), in an area code
 * in which they are valid.
 * @throws ZodError if seed.json is invalid
 */
export async function seedDocuments(options: SeedOptions): Promise<ConfigDocument[]> {
  const { storeId, timeZone } = options;
  const {
    store,
    options: groups,
    drinks,
    ...seeded
  } = JSON.parse(await readFile(new URL("seed.json", import.meta.url), "utf8"));
  const staff: Person[] = options.staff ?? seeded.staff;
  const documents: unknown[] = [
    { id: "store", kind: "store", storeId, ...store, ...(timeZone ? { timeZone } : {}) },
    ...groups.map((group: object) => ({ kind: "options", storeId, ...group })),
    ...drinks.map((drink: object) => ({ kind: "drink", storeId, ...drink })),
    ...staff.map((person) => ({
      id: `staff:${person.phone}`,
      kind: "staff",
      storeId,
      ...person,
    })),
  ];
  return documents.map((document) => configDocument.parse(document));
}

/**
 * Writes the first documents of a new store, all or none. If the store has any of them, nothing is written.
 * @param config the container `config`
 * @returns whether the documents were written, and the employees among them
 * @throws Error with the status if writing failed for another reason
 */
export async function seed(config: Container, options: SeedOptions): Promise<{ seeded: boolean; people: Person[] }> {
  const documents = await seedDocuments(options);
  const people = documents.filter((document) => document.kind === "staff");
  const operations = documents.map((document) => ({
    operationType: "Create" as const,
    resourceBody: document as unknown as JSONObject,
  }));
  const refused = (why: unknown, cause?: unknown) =>
    new Error(`The store ${options.storeId} could not be given its first documents: ${why}`, { cause });
  const { code, result } = await config.items.batch(operations, options.storeId).catch((error: Error) => {
    // The SDK's message is pages long; its first line has the status. Only the cause has the status as a number.
    const status = (error.cause as { code?: unknown } | undefined)?.code;
    throw refused([status ?? "", error.message.split("\n")[0]].join(" ").trim(), error);
  });
  if (code === 200) return { seeded: true, people };
  const failed = result?.find(({ statusCode }) => statusCode !== 424)?.statusCode;
  if (failed === 409) return { seeded: false, people };
  throw refused(`${failed ?? code}.`);
}
