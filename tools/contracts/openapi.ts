import type * as z from "zod";
import { components, type Json, jsonSchema } from "./json-schema.ts";
import { problemsByStatus } from "./problems.ts";
import { keyWords, type Operation, operations } from "./routes.ts";
import { httpSchemas } from "./schemas.ts";

const prefix = "#/components/schemas/";
export const whoMay: Record<Operation["access"], string> = {
  anyone: "Anyone.",
  "signed-in": "Anyone who is signed in.",
  "its-customer": "The order's customer.",
  "its-customer-or-staff": "The order's customer, and baristas and admins of the store.",
  "its-customer-or-display": "The order's customer, and displays, baristas and admins of the store.",
  display: "Displays, baristas and admins of the store.",
  staff: "Baristas and admins of the store.",
  admin: "Admins of the store.",
};

type Schemas = Record<string, z.ZodType>;

/** The HTTP API as OpenAPI 3.1. */
export const openApi = (): Json => openApiOf("Crema", operations, httpSchemas);

/** Some operations as an OpenAPI document. @param schemas by name; `Problem` must be one of them */
export function openApiOf(title: string, operations: readonly Operation<string>[], schemas: Schemas): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, { [operation.method]: described(operation, schemas) });
  }
  return {
    openapi: "3.1.0",
    info: {
      title,
      version: "1.0.0",
      description:
        "Every error is a Problem (RFC 9457). Request bodies are JSON of at most 64 KB. A query parameter that is not listed here is refused with its name.",
    },
    servers: [{ url: "/api" }],
    paths,
    components: {
      schemas: components(schemas, prefix),
      securitySchemes: {
        session: { type: "http", scheme: "bearer", description: "The session token that a sign-in returns." },
      },
      responses: {
        Problem: {
          description: "A refusal with its reason",
          content: { "application/problem+json": { schema: { $ref: `${prefix}Problem` } } },
        },
      },
    },
  };
}

function described(operation: Operation<string>, schemas: Schemas): Json {
  const { access, summary, path, params, query, request, reply, forDisplay, success, also } = operation;
  const schema = (name: string) => ({ $ref: `${prefix}${name}` });
  const body = (name: string, other?: string) => ({
    "application/json": { schema: other === undefined ? schema(name) : { anyOf: [schema(name), schema(other)] } },
  });
  const content = {
    ...(reply ? body(reply, forDisplay) : {}),
    ...(operation.csv ? { "text/csv": { schema: { type: "string" } } } : {}),
  };
  const answered = { description: "Success", ...(reply ? { content } : {}) };
  const known = params === undefined ? {} : propertiesOf(schemas, params).properties;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: known[name] ?? { type: "string" },
  }));
  const header = (name: string, description: string) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  });
  return {
    operationId: `${operation.method}${path.replace(/[/{}-]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    description: whoMay[access],
    ...(access === "anyone" ? {} : { security: [{ session: [] }] }),
    parameters: [
      ...parameters,
      ...(query ? inQuery(schemas, query) : []),
      ...(operation.guarded ? [header("If-Match", "ETag of the version to change")] : []),
      ...(operation.command
        ? [header("Idempotency-Key", `A string of 1 to 200 characters: ${keyWords[operation.command]}`)]
        : []),
    ],
    ...(request ? { requestBody: { required: true, content: body(request) } } : {}),
    responses: {
      [success]: answered,
      ...(also ? { [also]: { ...answered, description: "A repeated request: the response of the first one" } } : {}),
      ...refusals(operation),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

/** The problems of an operation, by status. */
function refusals(operation: Operation<string>): Json {
  const problem = (status: number, codes: string[]) => ({
    description: `Refused: ${codes.join(", ")}`,
    content: {
      "application/problem+json": {
        schema: {
          allOf: [{ $ref: `${prefix}Problem` }, { properties: { status: { const: status }, code: { enum: codes } } }],
        },
      },
    },
  });
  return Object.fromEntries(
    [...problemsByStatus(operation)].map(([status, codes]) => [status, problem(status, codes)]),
  );
}

/** The properties of a schema as query parameters. */
function inQuery(schemas: Schemas, name: string): Json[] {
  const { properties, required } = propertiesOf(schemas, name);
  return Object.entries(properties).map(([parameter, schema]) => ({
    name: parameter,
    in: "query",
    required: required.includes(parameter),
    schema,
  }));
}

function propertiesOf(schemas: Schemas, name: string): { properties: Record<string, Json>; required: string[] } {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`There is no schema ${name}.`);
  const { properties = {}, required = [] } = jsonSchema(schema, name) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return { properties, required };
}
