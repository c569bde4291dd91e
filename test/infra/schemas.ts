import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2019 from "ajv/dist/2019.js";
import Ajv from "ajv/dist/ajv.js";
import addFormats from "ajv-formats";

const folder = join(import.meta.dirname, "../../../shared/data/schemas");

/** Under CI the published schemas must be there; a clone without them skips what needs them, and says so. */
export const schemasAreThere = existsSync(folder) || process.env.CI === "true";

/** What is wrong with a document by a published schema; nothing when it is right. */
export function problemsOf(document: unknown, schemaFile: string): string[] {
  const text = readFileSync(join(folder, schemaFile), "utf8");
  const schema = JSON.parse(text) as { $schema?: string; id?: string };
  // Draft 4 says with two words what later drafts say otherwise; without them it means the same.
  if (schema.$schema?.includes("draft-04")) {
    if (/"exclusiveM\w+": *(true|false)/.test(text)) throw new Error(`${schemaFile} needs a validator of draft 4.`);
    delete schema.$schema;
    delete schema.id;
  }
  const options = { strict: false, allErrors: true } as const;
  const ajv = schema.$schema?.includes("2019-09") ? new Ajv2019.default(options) : new Ajv.default(options);
  addFormats.default(ajv);
  // What a schema refers to elsewhere (for services of kinds that we have none of) is not at hand: it takes anything.
  for (const [, elsewhere = ""] of text.matchAll(/"\$ref": "(https:[^"#]+)"/g)) {
    if (ajv.getSchema(elsewhere) === undefined) ajv.addSchema({}, elsewhere);
  }
  const valid = ajv.compile(schema);
  if (valid(document)) return [];
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}
