import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { extensionDeclaration } from "../contracts/extension.ts";
import { asyncApi } from "./contracts/asyncapi.ts";
import { grown, type Schema } from "./contracts/compatibility.ts";
import { jsonSchema } from "./contracts/json-schema.ts";
import { openApi } from "./contracts/openapi.ts";
import { samples } from "./contracts/samples.ts";
import { documents, events, httpSchemas } from "./contracts/schemas.ts";

/** The folder of the generated files. */
const folder = fileURLToPath(new URL("../contracts/generated/", import.meta.url));
/** The folder of the released schemas of events. They must never change in a way that breaks their consumers. */
const releases = fileURLToPath(new URL("../contracts/released/", import.meta.url));

/** The folder with a complete sample of each event. */
const sampleFolder = fileURLToPath(new URL("../contracts/samples/", import.meta.url));

/** Every generated file, by its path in the folder: JSON Schemas of events, documents and HTTP, AsyncAPI and OpenAPI. */
export function generate(): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string, value: unknown) => files.set(path, `${JSON.stringify(value, null, 2)}\n`);
  for (const [type, schema] of Object.entries(events)) add(`events/${type}.json`, jsonSchema(schema, type));
  for (const [kind, schema] of Object.entries(documents)) add(`documents/${kind}.json`, jsonSchema(schema, kind));
  for (const [name, schema] of Object.entries(httpSchemas)) add(`http/${name}.json`, jsonSchema(schema, name));
  add("extension.json", jsonSchema(extensionDeclaration, "extension.json"));
  add("asyncapi.json", asyncApi());
  add("openapi.json", openApi());
  return files;
}

/** Every sample, by its path in their folder. */
export function generateSamples(): Map<string, string> {
  return new Map([...samples()].map(([type, event]) => [`${type}.json`, `${JSON.stringify(event, null, 2)}\n`]));
}

/** Every committed sample, by its path. */
export const committedSamples = (): Promise<Map<string, string>> => filesIn(sampleFolder);

/** Every committed generated file, by its path. */
export const committed = (): Promise<Map<string, string>> => filesIn(folder);

/** Every released file, by its path. */
export const released = (): Promise<Map<string, string>> => filesIn(releases);

/** The growth of a released schema, when it is released too: the path of the event's schema, a day, the new properties. */
export type Growth = { path: string; day: string; added: string[] };
const growths = fileURLToPath(new URL("../contracts/growth.json", import.meta.url));

/** Every released growth, the oldest first. */
export const releasedGrowth = async (): Promise<Growth[]> => JSON.parse(await readFile(growths, "utf8")) as Growth[];

/** The growth of the schemas since their last release. */
export function growthSince(then: Map<string, string>, now: Map<string, string>, day: string): Growth[] {
  return [...then].flatMap(([path, text]) => {
    const current = now.get(path);
    const added = current === undefined ? [] : grown(JSON.parse(text) as Schema, JSON.parse(current) as Schema);
    return added.length === 0 ? [] : [{ path, day, added }];
  });
}

async function release(): Promise<void> {
  const now = generate();
  const day = new Date().toISOString().slice(0, 10);
  const all = [...(await releasedGrowth()), ...growthSince(await released(), now, day)];
  await writeFile(growths, `${JSON.stringify(all, null, 2)}\n`);
  for (const [path, text] of now) if (path.startsWith("events/")) await write(releases, path, text);
}

async function filesIn(where: string): Promise<Map<string, string>> {
  const names = await readdir(where, { recursive: true });
  const paths = names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".json"));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(where, path), "utf8")] as const)),
  );
}

async function write(where: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(where, path)), { recursive: true });
  await writeFile(join(where, path), text);
}

if (import.meta.main) {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of generate()) await write(folder, path, text);
  if (process.argv.includes("--release")) await release();
  await rm(sampleFolder, { recursive: true, force: true });
  for (const [path, text] of generateSamples()) await write(sampleFolder, path, text);
}
