import { createHash } from "node:crypto";
import type { Change, Store } from "../store/store.ts";
import { badRequest, notFound } from "./errors.ts";
import { isObject, type Json } from "./query/values.ts";
import { encodeRid } from "./rids.ts";

/** The provisioned throughput of a database or container. It is stored and returned, but not enforced. */
export interface Throughput {
  offerThroughput: number;
  offerAutopilotSettings?: { maxThroughput: number };
}

/** A database or container that has an offer. */
export interface Priced {
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

export interface Offer extends Priced {
  id: string;
  offerVersion: "V2";
  offerType: "Invalid";
  resource: string;
  offerResourceId: string;
  content: Throughput;
}

const table = "cosmos/offers";
/** The service's default for a container without a throughput of its own, in a database without shared throughput. */
const standard: Throughput = { offerThroughput: 400 };

/** The throughput of databases and containers, by their rids. */
export class Offers {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The offer of a database, if it has one. */
  ofDatabase(database: Priced): Offer | undefined {
    const content = this.#content(database);
    return content && offer(database, content);
  }

  /** The offer of a container: its own, or the default one; none if it shares its database's. */
  ofContainer(container: Priced, database: Priced): Offer | undefined {
    const content = this.#content(container) ?? (this.#content(database) === undefined ? standard : undefined);
    return content && offer(container, content);
  }

  /** The changes that set or remove the throughput of a resource. */
  change({ _rid }: Priced, content: Throughput | undefined): Change[] {
    if (content === undefined && this.#content({ _rid }) === undefined) return [];
    return [{ table, key: _rid, value: content }];
  }

  /** Replaces an offer with what a client sent. @throws a 400 for an invalid throughput. */
  async replace({ id, offerResourceId }: Offer, body: unknown): Promise<void> {
    const content = isObject(body) && isObject(body.content) ? body.content : undefined;
    if (content === undefined || !isObject(body) || (body.id ?? id) !== id || (body._rid ?? id) !== id) {
      throw badRequest(`Replace the offer ${id} with {"id": "${id}", "content": {"offerThroughput": 400}}.`);
    }
    const settings = content.offerAutopilotSettings;
    const changed = isObject(settings)
      ? autoscaled(settings.maxThroughput)
      : { offerThroughput: checked(content.offerThroughput, 400, 100) };
    await this.#store.commit([{ table, key: offerResourceId, value: changed }]);
  }

  #content({ _rid }: { _rid: string }): Throughput | undefined {
    return this.#store.table<Throughput>(table).get(_rid);
  }
}

/** The throughput in the headers of a request. @throws a 400 if it is invalid or given twice. */
export function askedThroughput(header: (name: string) => string | undefined): Throughput | undefined {
  const manual = header("x-ms-offer-throughput");
  const autopilot = header("x-ms-cosmos-offer-autopilot-settings");
  if (manual !== undefined && autopilot !== undefined) {
    throw badRequest(
      "The throughput is either fixed (x-ms-offer-throughput) or scales automatically (autopilot settings), not both.",
    );
  }
  if (manual !== undefined) return { offerThroughput: checked(Number(manual), 400, 100) };
  if (autopilot === undefined) return undefined;
  let settings: unknown;
  try {
    settings = JSON.parse(autopilot);
  } catch {
    // Reported below.
  }
  return autoscaled(isObject(settings) ? settings.maxThroughput : undefined);
}

/** Finds an offer by id. @throws a 404. */
export function offerOf(offers: Offer[], id: string): Offer {
  const found = offers.find((each) => each.id === id);
  if (found === undefined) throw notFound(`The offer '${id}'`);
  return found;
}

function autoscaled(most: Json | undefined): Throughput {
  const maxThroughput = checked(most, 1000, 1000);
  return { offerThroughput: maxThroughput / 10, offerAutopilotSettings: { maxThroughput } };
}

function checked(value: Json | undefined, least: number, step: number): number {
  if (typeof value === "number" && value >= least && value <= 1_000_000 && value % step === 0) return value;
  throw badRequest(
    `The offer should have valid throughput values between ${least} and 1000000 inclusive in increments of ${step}; it has ${JSON.stringify(value)}.`,
  );
}

function offer({ _rid, _self, _etag, _ts }: Priced, content: Throughput): Offer {
  const id = offerId(_rid);
  return {
    resource: _self,
    offerVersion: "V2",
    offerType: "Invalid",
    offerResourceId: _rid,
    content,
    ...{ id, _rid: id, _self: `offers/${id}/`, _etag, _ts },
  };
}

/** An offer's rid has three bytes, derived from the rid of its resource. */
const offerId = (rid: string): string => encodeRid(createHash("sha256").update(rid).digest().subarray(0, 3));
