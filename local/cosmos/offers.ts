import { createHash } from "node:crypto";
import type { Change, Store } from "../store/store.ts";
import { badRequest, notFound } from "./errors.ts";
import { isObject, type Json } from "./query/values.ts";
import { encodeRid } from "./rids.ts";

/** What a database or a container may use a second. It is kept and answered; nothing is held to it. */
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
/** What the service gives a container that asks for nothing, in a database that has no throughput to share. */
const standard: Throughput = { offerThroughput: 400 };

/** The throughput that databases and containers were made with, by their rids. */
export class Offers {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The offer of a database, if it was made with one. */
  ofDatabase(database: Priced): Offer | undefined {
    const content = this.#content(database);
    return content && offer(database, content);
  }

  /** The offer of a container: its own, or the standard one; none when it shares its database's. */
  ofContainer(container: Priced, database: Priced): Offer | undefined {
    const content = this.#content(container) ?? (this.#content(database) === undefined ? standard : undefined);
    return content && offer(container, content);
  }

  /** The changes that give a resource a throughput, or none. */
  change({ _rid }: Priced, content: Throughput | undefined): Change[] {
    if (content === undefined && this.#content({ _rid }) === undefined) return [];
    return [{ table, key: _rid, value: content }];
  }

  /** Takes what a client sent to replace an offer. @throws a 400 for a throughput that cannot be. */
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

/** The throughput that the headers of a request ask for. @throws a 400 for one that cannot be, or for two. */
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
    // Said below.
  }
  return autoscaled(isObject(settings) ? settings.maxThroughput : undefined);
}

/** The offer with an id. @throws a 404. */
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

/** The rid of an offer has three bytes; those of the resource decide them. */
const offerId = (rid: string): string => encodeRid(createHash("sha256").update(rid).digest().subarray(0, 3));
