import { problemCodes } from "../../contracts/problem.ts";
import { statuses, titles } from "../../functions/platform/refusal.ts";
import type { Json } from "../contracts/json-schema.ts";
import { openApi, whoMay } from "../contracts/openapi.ts";
import { problemsByStatus } from "../contracts/problems.ts";
import { type Operation, operations } from "../contracts/routes.ts";
import type { HttpSchema } from "../contracts/schemas.ts";
import { fieldTable } from "./fields.ts";
import { anchor, code, generatedNote, table } from "./markdown.ts";

const schemas = (openApi().components as { schemas: Record<string, Json> }).schemas;
/** What they are about, by the beginning of their path; the first that fits counts. */
const chapters: [string, RegExp][] = [
  ["Signing in", /^\/(sign-in|me)/],
  ["Commands to an order", /\/orders\/\{orderId\}\/(submit|cancel|claim|release|ready|collect|recall|give-up)$/],
  ["Codes and orders", /\/(orders|my-orders|shared-journeys|scans|holds|code)\b/],
  ["What admins edit", /\/(config|open|drinks)\b/],
  ["Figures", /\/insights\b/],
  ["The stand", /./],
];
const chapterOf = ({ path }: Operation) => chapters.find(([, about]) => about.test(path))?.[0] ?? "";
const title = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;

/** Where the page tells of an operation. */
export const linkTo = (operation: Operation): string =>
  `[${code(title(operation))}](http.md#${anchor(title(operation))})`;

/** The page of the HTTP API: each operation with who may, what it takes and answers, and why it may be refused. */
export function httpPage(): string {
  const asked = new Set(operations.flatMap(({ query, request }) => [query, request]));
  const answered = Object.entries(schemas).filter(
    ([name]) => !asked.has(name as HttpSchema) && name !== "ConfigDocument",
  );
  const chapter = Map.groupBy(operations, chapterOf);
  return `${[
    "# The HTTP API",
    generatedNote,
    intro,
    ...[...chapter].flatMap(([name, inside]) => [`## ${name}`, ...inside.map(section)]),
    "## Problems",
    "What a request may be refused with. `code` is for programs and stays; titles and details are for people and may change.",
    table(
      ["code", "status", "title"],
      problemCodes.map((each) => [code(each), String(statuses[each]), titles[each]]),
    ),
    "## What replies hold",
    ...answered.flatMap(([name, schema]) => [`### ${name}`, ...told(schema), fieldTable(schema, schemas)]),
  ].join("\n\n")}\n`;
}

const intro = `Addresses begin with \`/api\`. Requests and replies are JSON, of 64 KB at most; a field or a parameter that is not listed is refused by name. Whoever is signed in
sends \`Authorization: Bearer <token>\`. Every refusal is a [Problem](#problem) (RFC 9457). The same as OpenAPI, for tools:
[openapi.json](../../contracts/generated/openapi.json). \`GET /stores/{storeId}/live\` gives an address of Web PubSub to listen at; what comes there is in
[contracts/push.ts](../../contracts/push.ts).`;

function section(operation: Operation): string {
  const { summary, access, query, request, guarded, command } = operation;
  const headers = [
    ...(guarded ? ["- `If-Match`: the ETag of the version that is changed"] : []),
    ...(command ? ["- `Idempotency-Key`: makes it safe to send the request again"] : []),
  ];
  return [
    `### ${title(operation)}`,
    `${summary}. **${whoMay[access]}**`,
    ...(headers.length > 0 ? [`Headers:\n\n${headers.join("\n")}`] : []),
    ...(query ? ["Query:", fieldTable(schemas[query] ?? {}, schemas)] : []),
    ...(request ? [body(request)] : []),
    `Replies: ${replies(operation)}.`,
    `Refused: ${refusals(operation)}.`,
  ].join("\n\n");
}

const told = ({ description }: Json) => (typeof description === "string" ? [description] : []);

function body(request: HttpSchema): string {
  if (request === "ConfigDocument") return "Body: one of the [documents that admins edit](documents.md).";
  return `Body:\n\n${fieldTable(schemas[request] ?? {}, schemas)}`;
}

function replies({ success, also, reply, forDisplay, csv }: Operation): string {
  const name = (schema: string) =>
    schema === "ConfigDocument" ? "[the document](documents.md)" : `[${schema}](#${anchor(schema)})`;
  const what = [
    ...(reply ? [name(reply)] : []),
    ...(forDisplay ? [`${name(forDisplay)} for a display`] : []),
    ...(csv ? ["CSV for `Accept: text/csv`"] : []),
  ];
  const first = [`**${success}**`, what.join(", or ")].filter((part) => part !== "").join(" ");
  return also === undefined ? first : `${first}; **${also}** the same, when it was done before`;
}

function refusals(operation: Operation): string {
  const byStatus = [...problemsByStatus(operation)];
  return byStatus.map(([status, codes]) => `**${status}** ${codes.map(code).join(", ")}`).join("; ");
}
