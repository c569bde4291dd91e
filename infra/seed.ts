import { readFile } from "node:fs/promises";
import type { Container, JSONObject } from "@azure/cosmos";
import { type ConfigDocument, configDocument } from "../contracts/documents.ts";

/** Someone who works at the store; `phone` in E.164. */
export interface Person {
  phone: string;
  name: string;
  roles: string[];
}

export interface SeedOptions {
  storeId: string;
  /** IANA name, in place of the one in seed.json. */
  timeZone?: string;
  /** The people, in place of those in seed.json. */
  staff?: Person[];
}

/**
 * The documents that a new store starts with, from seed.json. The people's numbers are of the range reserved for fiction
 * (555-0100 to 555-0199), and of one area where they count as valid.
 * @throws ZodError when seed.json is not right
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
 * Gives a new store its first documents, all or none. A store that has any of them is left as it is.
 * @param config the container `config`
 * @returns whether it wrote them, and the people among them
 * @throws Error with the status where they could neither be written nor were there
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
    // The SDK's words go on for pages; the first line has the status, which the cause alone has as a number.
    const status = (error.cause as { code?: unknown } | undefined)?.code;
    throw refused([status ?? "", error.message.split("\n")[0]].join(" ").trim(), error);
  });
  if (code === 200) return { seeded: true, people };
  const failed = result?.find(({ statusCode }) => statusCode !== 424)?.statusCode;
  if (failed === 409) return { seeded: false, people };
  throw refused(`${failed ?? code}.`);
}
