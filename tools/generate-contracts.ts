import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { asyncApi } from "./contracts/asyncapi.ts";
import { jsonSchema } from "./contracts/json-schema.ts";
import { openApi } from "./contracts/openapi.ts";
import { documents, events, httpSchemas } from "./contracts/schemas.ts";

/** Where the generated files lie. */
const folder = fileURLToPath(new URL("../contracts/generated/", import.meta.url));

/** Every generated file, by its path in the folder: JSON Schemas of events, documents and HTTP, AsyncAPI and OpenAPI. */
export function generate(): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string, value: unknown) => files.set(path, `${JSON.stringify(value, null, 2)}\n`);
  for (const [type, schema] of Object.entries(events)) add(`events/${type}.json`, jsonSchema(schema, type));
  for (const [kind, schema] of Object.entries(documents)) add(`documents/${kind}.json`, jsonSchema(schema, kind));
  for (const [name, schema] of Object.entries(httpSchemas)) add(`http/${name}.json`, jsonSchema(schema, name));
  add("asyncapi.json", asyncApi());
  add("openapi.json", openApi());
  return files;
}

/** Every file in the folder now, by its path. */
export async function committed(): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".json"));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), "utf8")] as const)),
  );
}

if (import.meta.main) {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of generate()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
