import { isDeepStrictEqual } from "node:util";
import type { Container, OperationInput } from "@azure/cosmos";
import type { ConfigDocument, DrinkDocument } from "../../contracts/documents.ts";
import type { ConfigReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { shownPhone } from "../platform/phone.ts";
import { Refusal } from "../platform/refusal.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { assemble } from "./assemble.ts";
import { checkDocument, deletedFor, isDeleted, type Problems, type Stored, withoutSystemFields } from "./check.ts";
import { goodGroups, namesOf, usersOf, withGroups } from "./groups.ts";
import { problemsOfPeople, problemsOfSize } from "./page-size.ts";

export interface Edited {
  document: Record<string, unknown>;
  etag: string;
}

/** A store's documents, each with its problems. @param withStaff whether to include the documents of people */
export async function listDocuments(storeId: string, withStaff: boolean): Promise<ConfigReply> {
  const kinds = ["store", "drink", "options"];
  // Other kinds come last.
  const order = ({ id }: Stored) =>
    kinds.includes(id.replace(/:.*/, "")) ? kinds.indexOf(id.replace(/:.*/, "")) : kinds.length;
  const documents = (await readAll(await container("config"), storeId))
    .filter((stored) => withStaff || !(stored.kind === "staff" || stored.id.startsWith("staff:")))
    .sort((a, b) => order(a) - order(b) || byPlace(a, b));
  return {
    documents: documents.map((stored) => {
      const { kind, phone } = stored;
      return {
        document: visible(stored),
        etag: stored._etag,
        ...(kind === "staff" && typeof phone === "string" && { shown: shownPhone(phone) }),
        problems: problemsAmong(stored, documents),
      };
    }),
    now: new Date().toISOString(),
  };
}

/** Compares drinks by position, which may have any value if it was edited by hand. */
export function byPlace(a: Stored, b: Stored): number {
  return (Number(a.position ?? 0) || 0) - (Number(b.position ?? 0) || 0) || (a.id < b.id ? -1 : 1);
}

/**
 * Validates and writes a document. An unchanged document is not written.
 * @param etag the `If-Match` header: the version to be replaced, or `*` for any; if it is missing, the document must not exist
 * @throws Refusal `document-invalid` with all problems, `document-changed`, `bad-request`
 */
export async function putDocument(
  storeId: string,
  documentId: string,
  etag: string | undefined,
  body: unknown,
): Promise<Edited> {
  const document = good(storeId, documentId, body);
  const config = await container("config");
  await fitsOthers(config, document);
  const { resource: current } = await config.item(documentId, storeId).read<Stored>();
  const present = current !== undefined && !isDeleted(current);
  // A repeated request, or saved unchanged: nothing to write.
  if (present && isDeepStrictEqual(visible(current), { ...document }))
    return { document: { ...document }, etag: current._etag };
  if (present && etag === undefined) {
    const detail = `${documentId} exists. To change it, load it and send its ETag in the header If-Match.`;
    throw new Refusal("document-changed", detail);
  }
  if (etag !== undefined && (!present || !holds(etag, current._etag))) throw changed(documentId);
  const write = current === undefined ? create(document) : replace(document, current._etag);
  const staysAdmin = document.kind === "staff" && document.roles.includes("admin");
  const written = await save(config, storeId, documentId, write, staysAdmin ? undefined : current);
  return { document: { ...document }, etag: written };
}

/**
 * Deletes a drink, an option group that no drink uses, or a person. @throws Refusal `not-found`, `document-changed`, `document-invalid`, `bad-request`
 */
export async function deleteDocument(storeId: string, documentId: string, etag: string | undefined): Promise<void> {
  const kind = deletable.find((one) => documentId.startsWith(`${one}:`));
  if (kind === undefined) {
    throw new Refusal("bad-request", `${documentId} cannot be deleted; only drinks, options and staff can.`);
  }
  if (etag === undefined) throw new Refusal("bad-request", "Send the document's ETag in the header If-Match.");
  const config = await container("config");
  const { resource: current } = await config.item(documentId, storeId).read<Stored>();
  if (current === undefined || isDeleted(current)) throw new Refusal("not-found", `There is no ${documentId}.`);
  if (!holds(etag, current._etag)) throw changed(documentId);
  if (kind === "options") {
    const users = usersOf(documentId, await readAll(config, storeId));
    if (users.length > 0) throw inUse("", users);
  }
  const mark = { id: documentId, kind, storeId, deleted: true, ttl: deletedFor };
  await save(config, storeId, documentId, replace(mark, current._etag), current);
}

const deletable = ["drink", "options", "staff"] as const;

/** The problems of a document, also in combination with the store's others. A problem inside a group is reported there and not for each drink that names it. */
function problemsAmong(stored: Stored, documents: Stored[]): Problems {
  const checked = checkDocument(stored);
  if ("problems" in checked) return checked.problems;
  const { document } = checked;
  if (document.kind === "store") {
    const assembly = assemble(documents, {}, Date.now());
    return [...problemsOfSize(assembly), ...problemsOfPeople(assembly.people)];
  }
  return document.kind === "drink" ? problemsWith(document, documents) : [];
}

function problemsWith(drink: DrinkDocument, documents: Stored[]): Problems {
  const groups = new Map(goodGroups(documents).map((group) => [group.id, group]));
  const broken = new Set(documents.map(({ id }) => id).filter((id) => !groups.has(id)));
  const resolved = withGroups(drink, groups);
  if (!("problems" in resolved)) return [];
  const blameless = drink.options.map((group) => "shared" in group && broken.has(group.shared));
  return resolved.problems.filter(({ path }) => !blameless[Number(/^options\[(\d+)\]/.exec(path)?.[1])]);
}

/** Checks that a new document is valid in combination with the others, and the others with it. @throws Refusal `document-invalid` */
async function fitsOthers(config: Container, document: ConfigDocument): Promise<void> {
  const { id, kind, storeId } = document;
  if (kind === "drink" && document.options.some((group) => "shared" in group)) {
    const errors = problemsWith(document, await readAll(config, storeId));
    if (errors.length > 0) throw invalid(errors);
  }
  if (kind === "staff") {
    const staff = (await readAll(config, storeId)).filter((stored) => stored.kind === "staff");
    // Somebody on the list can be changed even if the list is too long: removing a role must always work.
    const errors = staff.some((stored) => stored.id === id) ? [] : problemsOfPeople({ length: staff.length + 1 });
    if (errors.length > 0) throw invalid(errors);
  }
  if (kind !== "options") return;
  const groups = new Map([[id, document]]);
  const upset = usersOf(id, await readAll(config, storeId)).filter((stored) => {
    const checked = checkDocument(stored);
    if ("problems" in checked || checked.document.kind !== "drink") return false;
    const options = checked.document.options.filter((group) => "shared" in group && group.shared === id);
    return "problems" in withGroups({ ...checked.document, options }, groups);
  });
  if (upset.length > 0) throw inUse("choices", upset);
}

function inUse(path: string, users: Stored[]): Refusal {
  const names = namesOf(users);
  const message = path === "" ? `is in use by ${names}` : `must keep what these need of it: ${names}`;
  return invalid([{ path, message, mistake: "in-use", names }]);
}

function invalid(errors: Problems): Refusal {
  const detail = errors.map(({ path, message }) => `${path || "The document"} ${message}`).join("; ");
  return new Refusal("document-invalid", detail, { errors });
}

/** Whether an `If-Match` header matches a version (RFC 9110, 13.1.1). */
const holds = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === "*" || ifMatch.split(",").some((each) => each.trim() === etag);

/**
 * Writes a document and returns the new ETag. If an admin is removed, the same batch rewrites another admin's document unchanged. So two admins who remove each
 * other at the same time cannot both succeed.
 */
async function save(
  config: Container,
  storeId: string,
  documentId: string,
  write: OperationInput,
  leaving: Stored | undefined,
): Promise<string> {
  const operations = [write];
  if (leaving !== undefined && isAdmin(leaving)) {
    const keeper = (await readAll(config, storeId)).find((other) => other.id !== documentId && isAdmin(other));
    if (keeper === undefined) {
      const errors: Problems = [
        { path: "roles", message: "must keep admin: nobody else has that role", mistake: "last-admin" },
      ];
      throw new Refusal("document-invalid", "A store needs at least one admin, and this is the last.", { errors });
    }
    operations.push(replace(visible(keeper), keeper._etag));
  }
  const outcome = await transact(config, storeId, operations);
  if (!outcome.done) throw changed(documentId);
  return outcome.etags[0] ?? "";
}

function good(storeId: string, documentId: string, body: unknown): ConfigDocument {
  const checked = checkDocument(body);
  const problems: Problems = "problems" in checked ? [...checked.problems] : [];
  const { id, storeId: ofStore } = (body ?? {}) as { id?: unknown; storeId?: unknown };
  if (id !== documentId)
    problems.push({ path: "id", message: `must be ${documentId}, as in the address`, mistake: "other-id" });
  if (ofStore !== storeId)
    problems.push({ path: "storeId", message: `must be ${storeId}, as in the address`, mistake: "other-id" });
  if (problems.length > 0 || "problems" in checked) {
    throw invalid(problems);
  }
  return checked.document;
}

async function readAll(config: Container, storeId: string): Promise<Stored[]> {
  const { resources } = await config.items.query<Stored>("SELECT * FROM c", { partitionKey: storeId }).fetchAll();
  return resources.filter((document) => !isDeleted(document));
}

function isAdmin(stored: Stored): boolean {
  const checked = checkDocument(stored);
  return "document" in checked && checked.document.kind === "staff" && checked.document.roles.includes("admin");
}

const visible = (stored: Stored) => withoutSystemFields(stored as Stored & { kind: string });

function changed(documentId: string): Refusal {
  return new Refusal(
    "document-changed",
    `${documentId} has changed since you loaded it. Please load it again and repeat the change.`,
  );
}
