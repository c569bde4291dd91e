import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as z from "zod";
import type { Operations } from "../../contracts/operation.ts";
import { problem } from "../../contracts/problem.ts";
import type { Extension } from "../../infra/extensions.ts";
import type { Operation } from "../contracts/routes.ts";
import { root } from "../stand-options.ts";

/** The HTTP API of an extension, with its schemas by their names in OpenAPI. */
export interface ExtensionApi {
  operations: Operation<string>[];
  schemas: Record<string, z.ZodType>;
  /** The keys under which the extension exports its operations. */
  keys: string[];
}

/** The routes of an extension by its contract; empty if it has no `contract.ts`. @throws Error if the contract does not export `operations` */
export async function apiOf({ folder }: Extension): Promise<ExtensionApi> {
  const file = `${folder}/contract.ts`;
  const api: ExtensionApi = { operations: [], schemas: { Problem: problem }, keys: [] };
  if (!existsSync(join(root, file))) return api;
  const { operations } = (await import(pathToFileURL(join(root, file)).href)) as { operations?: Operations };
  if (operations === undefined)
    throw new Error(`${file} must export "operations": the contract of each route, by name.`);
  for (const [key, { params, query, request, reply, problems, ...rest }] of Object.entries(operations)) {
    api.keys.push(key);
    const named = (what: string, schema: z.ZodType | undefined): string | undefined => {
      if (schema === undefined) return undefined;
      const name = `${key[0]?.toUpperCase()}${key.slice(1)}${what}`;
      api.schemas[name] = schema;
      return name;
    };
    const [placed, asked] = [named("Params", params), named("Query", query)];
    const [sent, answered] = [named("Request", request), named("Reply", reply)];
    api.operations.push({
      ...rest,
      ...(placed && { params: placed }),
      ...(asked && { query: asked }),
      ...(sent && { request: sent }),
      ...(answered && { reply: answered }),
      ...(problems && { problems: [...problems] }),
    });
  }
  return api;
}
