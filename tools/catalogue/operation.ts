import { transitions } from "../../functions/orders/rules.ts";
import type { Json } from "../contracts/json-schema.ts";
import { whoMay } from "../contracts/openapi.ts";
import { problemsByStatus } from "../contracts/problems.ts";
import { keyWords, type Operation } from "../contracts/routes.ts";
import { fieldTable } from "./fields.ts";
import { stepOf } from "./hearers.ts";
import { anchor, code } from "./markdown.ts";

/** Schemas by their name on the page. */
export type Schemas = Record<string, Json>;

const title = ({ method, path }: Operation<string>): string => `${method.toUpperCase()} ${path}`;

/** A link to the operation's section on the page. */
export const linkTo = (operation: Operation<string>): string =>
  `[${code(title(operation))}](http.md#${anchor(title(operation))})`;

/** An operation: its access, its request, its reply and its problems. */
export function operationSection(operation: Operation<string>, schemas: Schemas): string {
  const { summary, access, query, request, guarded, command } = operation;
  const headers = [
    ...(guarded ? ["- `If-Match`: the ETag of the version that is changed"] : []),
    ...(command ? [`- \`Idempotency-Key\`: ${keyWords[command]}`] : []),
  ];
  return [
    `### ${title(operation)}`,
    `${summary}. **${whoMay[access]}**`,
    ...steps(operation),
    ...(headers.length > 0 ? [`Headers:\n\n${headers.join("\n")}`] : []),
    ...(query ? ["Query:", fieldTable(schemas[query] ?? {}, schemas)] : []),
    ...(request ? [body(request, schemas)] : []),
    `Replies: ${replies(operation)}.`,
    `Refused: ${refusals(operation)}.`,
  ].join("\n\n");
}

/** The transitions of a command to an order, and who may make them; empty for other operations. */
function steps({ path }: Operation<string>): string[] {
  const [, command] = /\/orders\/\{orderId\}\/([a-z-]+)$/.exec(path) ?? [];
  const rows = transitions.filter((row) => row.command === command).map(stepOf);
  return rows.length === 0 ? [] : [`Steps: ${rows.join("; ")}.`];
}

/** A schema with a heading of its own. */
export function schemaSection(name: string, schema: Json, schemas: Schemas): string {
  const { description } = schema;
  const told = typeof description === "string" ? [description] : [];
  return [`### ${name}`, ...told, fieldTable(schema, schemas)].join("\n\n");
}

function body(request: string, schemas: Schemas): string {
  if (request === "StaffDocument") return "Body: [a person's document](documents.md#staff).";
  if (request === "ConfigDocument") return "Body: one of the [documents that admins edit](documents.md).";
  return `Body:\n\n${fieldTable(schemas[request] ?? {}, schemas)}`;
}

function replies({ success, also, reply, forDisplay, csv }: Operation<string>): string {
  const name = (schema: string) =>
    schema === "ConfigDocument" || schema === "StaffDocument"
      ? "[the document](documents.md)"
      : `[${schema}](#${anchor(schema)})`;
  const what = [
    ...(reply ? [name(reply)] : []),
    ...(forDisplay ? [`${name(forDisplay)} for a display`] : []),
    ...(csv ? ["CSV for `Accept: text/csv`"] : []),
  ];
  const first = [`**${success}**`, what.join(", or ")].filter((part) => part !== "").join(" ");
  return also === undefined ? first : `${first}; **${also}** the same, when it was done before`;
}

function refusals(operation: Operation<string>): string {
  const byStatus = [...problemsByStatus(operation)];
  return byStatus.map(([status, codes]) => `**${status}** ${codes.map(code).join(", ")}`).join("; ");
}
