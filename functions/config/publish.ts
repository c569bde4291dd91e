import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Container, OperationInput } from "@azure/cosmos";
import type { CatalogPage, StaffPage } from "../../contracts/catalog.ts";
import type { EventData } from "../../contracts/events.ts";
import type { SharedGroup } from "../../contracts/options.ts";
import { shownOf } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { json } from "../platform/json.ts";
import { type EventDocument, eventDocument } from "../platform/outbox-document.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { createNew } from "../platform/writes.ts";
import { type Assembly, assemble, isTied, newest } from "./assemble.ts";
import type { Stored } from "./check.ts";
import type { DoorRules } from "./opening.ts";
import { problemsOfPeople, problemsOfSize, stillHere } from "./page-size.ts";

/**
 * A page as stored, with the rules for opening and the shared groups. Only this service needs those: screens get each drink with its options resolved.
 */
type StoredPage = CatalogPage & { doors?: DoorRules; groups?: SharedGroup[] };

interface Last {
  page: StoredPage | undefined;
  pageEtag: string | undefined;
  staff: StaffPage | undefined;
  staffEtag: string | undefined;
}

/** How long a read may lag behind a write in its own region, in ms. After that, a read returns the newest version. */
const settled = 1_500;

/**
 * Publishes a store's documents if anything changed. One batch writes the pages and their events, conditional on the pages' versions. Each version of an invalid
 * document is reported by one event. If the menu is too large, the last published one remains. If the list of people is too long, nobody is added. Everything
 * else still works: the store opens and closes, and roles end.
 * @param told the document versions from the change feed @returns whether everything was published
 */
export async function publishStore(storeId: string, told: Stored[] = []): Promise<boolean> {
  const [config, catalog] = await Promise.all([container("config"), container("catalog")]);
  let waited = false;
  for (let round = 0; round < 8; round++) {
    // Read the pages before the documents. Then a concurrent publication makes our write fail; in the other order we could publish old documents.
    const last = await lastPublished(catalog, storeId);
    const read = await config.items.query<Stored>("SELECT * FROM c", { partitionKey: storeId }).fetchAll();
    if (!waited && isTied(read.resources, told)) {
      // Either version could be the older one, and publishing it could undo what a request has just published, such as the end of a role. So wait.
      await new Promise((over) => setTimeout(over, settled));
      waited = true;
      continue;
    }
    const documents = newest(read.resources, told);
    const assembly = assemble(documents, last, Date.now());
    const [tooLarge, tooMany] = [problemsOfSize(assembly), problemsOfPeople(assembly.people)];
    const problems = [...tooLarge, ...tooMany];
    const whole = problems.length === 0;
    if (!whole) assembly.rejected.push({ document: asOne(documents), problems });
    if (tooLarge.length > 0) {
      assembly.menu = last.page?.menu ?? [];
      assembly.groups = last.page?.groups ?? [];
    }
    if (tooMany.length > 0) assembly.people = stillHere(last.staff?.people ?? [], assembly.people);
    for (const { document, problems } of assembly.rejected) await tellRejected(catalog, storeId, document, problems);
    const operations = changes(storeId, assembly, last);
    if (operations.length === 0 || (await transact(catalog, storeId, operations)).done) return whole;
  }
  throw new Error(`The pages of ${storeId} change too often at once; they are published at the next try.`);
}

/** All documents of a store as one document for a rejection: a new version of any of them is reported again. */
function asOne(documents: Stored[]): Stored {
  const _etag = documents.map((document) => `${document.id} ${document._etag}`).join();
  return { id: "store", _etag, _ts: Math.max(...documents.map(({ _ts }) => _ts)) };
}

async function lastPublished(catalog: Container, storeId: string): Promise<Last> {
  const [page, staff] = await Promise.all([
    catalog.item("page", storeId).read<StoredPage>(),
    catalog.item("staff", storeId).read<StaffPage>(),
  ]);
  return { page: page.resource, pageEtag: page.etag, staff: staff.resource, staffEtag: staff.etag };
}

/**
 * The operations that update the pages; none if nothing changed. The last pages are not validated: another version of this application may have written them, and
 * nothing could be published any more if one did not follow the rules of this one.
 */
function changes(storeId: string, assembly: Assembly, last: Last): OperationInput[] {
  const { store, doors, menu, groups, people } = assembly;
  const operations: OperationInput[] = [];
  const write = (document: StaffPage | StoredPage, id: "page" | "staff", etag: string | undefined) => {
    const named = { id, kind: id, ...document };
    operations.push(etag === undefined ? create(named) : replace(named, etag));
  };
  if (!isDeepStrictEqual(people, last.staff?.people)) {
    const version = (last.staff?.version ?? 0) + 1;
    const lost = losesRole(last.staff?.people ?? [], people);
    const epoch = (last.staff?.epoch ?? 0) + (lost ? 1 : 0);
    write({ storeId, version, epoch, people }, "staff", last.staff && last.staffEtag);
    if (lost) operations.push(told("staff", epoch, { epoch }));
  }
  if (store === undefined) return operations;
  const before = last.page && shownOf(last.page);
  const storeChanged = !isDeepStrictEqual(store, before?.store);
  const menuChanged = !isDeepStrictEqual(menu, before?.menu);
  const beside = { ...(doors && { doors }), ...(groups.length > 0 && { groups }) };
  if (!storeChanged && !menuChanged) {
    // Hours of a later day, or a group that no drink uses, do not change what screens show, so they need no event.
    const same = isDeepStrictEqual(doors, last.page?.doors) && isDeepStrictEqual(groups, last.page?.groups ?? []);
    if (before && !same) write({ ...before, ...beside }, "page", last.pageEtag);
    return operations;
  }
  const version = (before?.version ?? 0) + 1;
  const page: CatalogPage = { storeId, version, publishedAt: new Date().toISOString(), store, menu };
  write({ ...page, ...beside }, "page", last.page && last.pageEtag);
  if (storeChanged) operations.push(told("store", version, { page }));
  if (menuChanged) operations.push(told("menu", version, { page }));
  return operations;

  function told<A extends "store" | "menu" | "staff">(
    about: A,
    version: number,
    data: EventData<`crema.${A}.changed.v1`>,
  ): OperationInput {
    const id = `${about}-${storeId}-${version}`;
    const type = `crema.${about}.changed.v1` as const;
    const event = eventDocument({ type, id, service: "config", storeId, about, version, correlationid: id, data });
    // Not `Create`: if somebody deletes the page by hand, its versions start again, and an old event with the same id must not block them.
    return { operationType: "Upsert", resourceBody: json(event) };
  }
}

/** Whether somebody loses a role. */
function losesRole(before: StaffPage["people"], after: StaffPage["people"]): boolean {
  return before.some(({ phone, roles }) => {
    const now = after.find((person) => person.phone === phone)?.roles ?? [];
    return roles.some((role) => !now.includes(role));
  });
}

async function tellRejected(
  catalog: Container,
  storeId: string,
  document: Stored,
  problems: { path: string; message: string }[],
): Promise<void> {
  // If the event exists, this version of the document was reported already.
  await createNew(catalog, rejection(storeId, document, problems));
}

/** The id without a phone number. An invalid id may be a phone number alone. */
const withoutNumber = (id: string): string =>
  /^(?:drink|options):[a-z0-9-]*$/.test(id)
    ? id
    : id
        .replace(/^staff:.*(?=\d{3}$)/, "staff:…")
        .replace(/\+?\d(?:[ ().-]*\d){3,}(?=[ ().-]*(?:\d[ ().-]*){3})/g, "…");

/** The event for one version of an invalid document. It does not contain the phone number in the id of a person's document. */
export function rejection(
  storeId: string,
  document: Stored,
  problems: { path: string; message: string }[],
): EventDocument {
  const documentId = withoutNumber(document.id);
  const id = `rejected-${createHash("sha256").update(`${storeId} ${document.id} ${document._etag}`).digest("hex").slice(0, 32)}`;
  return eventDocument({
    type: "crema.config.rejected.v1",
    id,
    service: "config",
    storeId,
    about: `config/${documentId}`,
    // Documents have no version number, so use the time of the change in seconds, which grows too.
    version: document._ts,
    correlationid: id,
    data: { documentId, problems: problems.map(({ path, message }) => ({ path, message })) },
  });
}
