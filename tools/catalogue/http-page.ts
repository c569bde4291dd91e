import { problemCodes } from "../../contracts/problem.ts";
import { statuses, titles } from "../../functions/platform/refusal.ts";
import { type Extension, extensionsIn } from "../../infra/extensions.ts";
import { openApi, openApiOf } from "../contracts/openapi.ts";
import { type Operation, operations } from "../contracts/routes.ts";
import type { HttpSchema } from "../contracts/schemas.ts";
import { apiOf } from "../extensions/operations.ts";
import { code, generatedNote, table } from "./markdown.ts";
import { operationSection, type Schemas, schemaSection } from "./operation.ts";

const schemas = (openApi().components as { schemas: Schemas }).schemas;
/** The chapters, by the beginning of the path; the first match counts. */
const chapters: [string, RegExp][] = [
  ["Signing in", /^\/(sign-in|me)/],
  ["Commands to an order", /\/orders\/\{orderId\}\/(submit|cancel|claim|release|ready|collect|recall|give-up)$/],
  ["Codes and orders", /\/(orders|my-orders|shared-journeys|scans|holds|code)\b/],
  ["What admins edit", /\/(config|open|drinks)\b/],
  ["Figures", /\/insights\b/],
  ["The stand", /./],
];
const chapterOf = ({ path }: Operation) => chapters.find(([, about]) => about.test(path))?.[0] ?? "";
/** The page of the HTTP API: each operation with its access, its request, its reply and its problems. */
export async function httpPage(): Promise<string> {
  const asked = new Set(operations.flatMap(({ query, request }) => [query, request]));
  const answered = Object.entries(schemas).filter(
    ([name]) => !asked.has(name as HttpSchema) && name !== "ConfigDocument",
  );
  const chapter = Map.groupBy(operations, chapterOf);
  return `${[
    "# The HTTP API",
    generatedNote,
    intro,
    ...[...chapter].flatMap(([name, inside]) => [
      `## ${name}`,
      ...inside.map((each) => operationSection(each, schemas)),
    ]),
    ...(await Promise.all(extensionsIn().map(ofExtension))).flat(),
    "## Problems",
    "What a request may be refused with. `code` is for programs and stays; titles and details are for people and may change.",
    table(
      ["code", "status", "title"],
      problemCodes.map((each) => [code(each), String(statuses[each]), titles[each]]),
    ),
    "## What replies hold",
    ...answered.map(([name, schema]) => schemaSection(name, schema, schemas)),
  ].join("\n\n")}\n`;
}

const intro = `Addresses begin with \`/api\`. Requests and replies are JSON, of 64 KB at most; a field or a parameter that is not listed is refused by name. Whoever is signed in
sends \`Authorization: Bearer <token>\`. Every refusal is a [Problem](#problem) (RFC 9457). The same as OpenAPI, for tools:
[openapi.json](../../contracts/generated/openapi.json). \`GET /stores/{storeId}/live\` gives an address of Web PubSub to listen at; what comes there is in
[contracts/push.ts](../../contracts/push.ts).`;

/** The API of an extension, with the schemas of its replies. */
async function ofExtension(extension: Extension): Promise<string[]> {
  const { operations: all, schemas: known } = await apiOf(extension);
  if (all.length === 0) return [];
  const { schemas: own } = openApiOf(extension.name, all, known).components as { schemas: Schemas };
  const asked = all.flatMap(({ query, request }) => [query, request]);
  const answered = Object.entries(own).filter(([name]) => name !== "Problem" && !asked.includes(name));
  return [
    `## The extension ${extension.name}`,
    `Where it is chosen: see [extensions](../extensions.md).`,
    ...all.map((each) => operationSection(each, own)),
    ...answered.map(([name, schema]) => schemaSection(name, schema, own)),
  ];
}
