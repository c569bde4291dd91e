import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { declarationSchema } from "../local/declaration.ts";

/** Writes the JSON Schema of `local-azure.json`, which the package includes for editors. */
const file = join(import.meta.dirname, "..", "local", "local-azure.schema.json");

writeFileSync(file, `${JSON.stringify(declarationSchema(), null, 2)}\n`);
