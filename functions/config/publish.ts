import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Container, OperationInput } from "@azure/cosmos";
import { type CatalogPage, catalogPage, type StaffPage, staffPage } from "../../contracts/catalog.ts";
import type { EventData } from "../../contracts/events.ts";
import type { SharedGroup } from "../../contracts/options.ts";
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
 * A page as it lies in Cosmos DB: with the rules that its doors follow, and the groups that its drinks share, which nobody else needs: screens see each
 * drink with all that can be chosen.
 */
type StoredPage = CatalogPage & { doors?: DoorRules; groups?: SharedGroup[] };

interface Last {
  page: StoredPage | undefined;
  pageEtag: string | undefined;
  staff: StaffPage | undefined;
  staffEtag: string | undefined;
}

/** So long, in ms, no read lags behind a write in its own region: from then on what is read is the newest. */
const settled = 1_500;

/**
 * Publishes a store's documents if that changes anything: the pages and the events that tell of them in one batch, guarded
 * by the pages' versions. Each version of a document that is not good is told of once. A menu that is too large stays as it was published last, and to a list of
 * people that is too long nobody is added; all else goes on: the doors, and that roles end.
 * @param told the versions that the change feed just told of @returns whether all of it is published
 */
export async function publishStore(storeId: string, told: Stored[] = []): Promise<boolean> {
  const [config, catalog] = await Promise.all([container("config"), container("catalog")]);
  let waited = false;
  for (let round = 0; round < 8; round++) {
    // First what is published, then the documents: whoever publishes in between makes our write fail, never our reading old.
    const last = await lastPublished(catalog, storeId);
    const read = await config.items.query<Stored>("SELECT * FROM c", { partitionKey: storeId }).fetchAll();
    if (!waited && isTied(read.resources, told)) {
      // Published now, either could take back what a request has published with its answer: a role that ends among it.
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

/** All documents of a store, to be told of as its one: of each version of any of them anew. */
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

/** The writes that bring what is published in line; none when it is already. */
function changes(storeId: string, assembly: Assembly, last: Last): OperationInput[] {
  const { store, doors, menu, groups, people } = assembly;
  const operations: OperationInput[] = [];
  const write = (document: StaffPage | StoredPage, id: "page" | "staff", etag: string | undefined) => {
    const named = { id, kind: id, ...document };
    operations.push(etag === undefined ? create(named) : replace(named, etag));
  };
  if (!isDeepStrictEqual(people, last.staff && staffPage.parse(last.staff).people)) {
    const version = (last.staff?.version ?? 0) + 1;
    const lost = losesRole(last.staff?.people ?? [], people);
    const epoch = (last.staff?.epoch ?? 0) + (lost ? 1 : 0);
    write({ storeId, version, epoch, people }, "staff", last.staff && last.staffEtag);
    if (lost) operations.push(told("staff", epoch, { epoch }));
  }
  if (store === undefined) return operations;
  const before = last.page && catalogPage.parse(last.page);
  const storeChanged = !isDeepStrictEqual(store, before?.store);
  const menuChanged = !isDeepStrictEqual(menu, before?.menu);
  const beside = { ...(doors && { doors }), ...(groups.length > 0 && { groups }) };
  if (!storeChanged && !menuChanged) {
    // Hours of a later day change nothing that screens show yet, nor does a group that no drink has.
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
    // Not `Create`: if someone removed the page by hand its versions begin anew, and an old event must not bar the way for ever.
    return { operationType: "Upsert", resourceBody: json(event) };
  }
}

/** Whether somebody had a role that they have no more. */
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
  // Where there is one this version of the document was told of already.
  await createNew(catalog, rejection(storeId, document, problems));
}

/** Whoever names a document wrongly may name it by a number alone. */
const withoutNumber = (id: string): string =>
  /^(?:drink|options):[a-z0-9-]*$/.test(id)
    ? id
    : id
        .replace(/^staff:.*(?=\d{3}$)/, "staff:…")
        .replace(/\+?\d(?:[ ().-]*\d){3,}(?=[ ().-]*(?:\d[ ().-]*){3})/g, "…");

/** The event of one version of a document that is not good. A person's document is named without their number. */
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
    // Documents edited by hand have no version of their own; their second of change grows as one does.
    version: document._ts,
    correlationid: id,
    data: { documentId, problems: problems.map(({ path, message }) => ({ path, message })) },
  });
}
