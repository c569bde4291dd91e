import type { KeyRing, KeyScope } from "../keys.ts";

/** A response of an admin address. */
export interface AdminAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const noKey = (name: string): AdminAnswer => ({
  status: 404,
  body: { code: "NotFound", message: `There is no key "${name}".` },
});

/**
 * Handles the keys of the host (`/admin/host/keys`, `functionkeys`, `systemkeys`) and of a function (`/admin/functions/<name>/keys`): GET returns all
 * or one, PUT sets, POST generates and DELETE deletes. `address` is the request's, for the links. Returns `undefined` for other methods.
 */
export async function answerKeys(
  keys: KeyRing,
  scope: KeyScope,
  name: string | undefined,
  method: string,
  address: string,
  body: unknown,
): Promise<AdminAnswer | undefined> {
  const links = [{ rel: "self", href: address }];
  const isMaster = name === "_master" && scope === "system";
  if (method === "GET") {
    const all = keys.list(scope);
    if (name === undefined) return { status: 200, body: { keys: all, links } };
    const found = isMaster ? { name, value: keys.get("master") } : all.find((key) => key.name === name.toLowerCase());
    return found === undefined ? noKey(name) : { status: 200, body: { ...found, links } };
  }
  if (name === undefined) return undefined;
  if (method === "DELETE") {
    if (name.startsWith("_")) return { status: 400, body: "Invalid key name." };
    return (await keys.delete(scope, name)) ? { status: 204 } : noKey(name);
  }
  if (method !== "POST" && method !== "PUT") return undefined;
  const given = method === "PUT" ? (body as { value?: unknown } | null | undefined)?.value : undefined;
  if (method === "PUT" && typeof given !== "string") return { status: 400, body: "Invalid key value" };
  const target = name === "_master" && !scope.startsWith("function/") ? "master" : scope;
  const { value, isNew } = await keys.set(target, name, given as string | undefined);
  return {
    status: isNew ? 201 : 200,
    body: { name, value, links },
    ...(isNew ? { headers: { location: address } } : {}),
  };
}
