import { mistakes } from "../../contracts/mistakes.ts";
import { seedDocuments } from "../../infra/seed.ts";
import { jsonSchema } from "../contracts/json-schema.ts";
import { documents } from "../contracts/schemas.ts";
import { linkTo } from "./events-page.ts";
import { fieldTable } from "./fields.ts";
import { code, folded, generatedNote, json, listed } from "./markdown.ts";

/** The event that reports a change of a valid document. */
const told = {
  store: "crema.store.changed.v1",
  drink: "crema.menu.changed.v1",
  options: "crema.menu.changed.v1",
  staff: "crema.staff.changed.v1",
} as const;

/** The page of the documents that admins edit: each with its fields, the event that reports a change, and a sample from a new store. */
export async function documentsPage(): Promise<string> {
  const seeded = await seedDocuments({ storeId: "main" });
  const sections = (Object.keys(documents) as (keyof typeof documents)[]).flatMap((kind) => {
    const schema = jsonSchema(documents[kind], kind);
    return [
      `## ${kind}`,
      String(schema.description ?? ""),
      `A change is told by ${linkTo(told[kind])}${kind === "staff" ? ", when somebody loses a role" : ""}.`,
      fieldTable(schema),
      folded("One of a new store", json(seeded.find((document) => document.kind === kind))),
    ];
  });
  return `${["# The documents that admins edit", generatedNote, intro, ...sections, "## What can be wrong", wrong].join("\n\n")}\n`;
}

const intro = `They lie in the container \`config\` of Cosmos DB, and are edited in the admin app, over HTTP (see [config](http.md#what-admins-edit)), or by hand with any client:
what is found good is published with the answer, and on every screen a second later; what was edited by hand within six, on Azure. What is not good is told by ${linkTo("crema.config.rejected.v1")}, and the last good
one stays what screens show. Cosmos DB's own fields may stand beside these; any other is a mistake. As JSON Schemas:
[contracts/generated/documents](../../contracts/generated/documents).`;

const wrong = `Of each mistake a reply tells the place, a sentence, and its kind, which is stable: ${listed(mistakes.map(code))}.`;
