import { makeStore } from "../../web/admin/calls.ts";
import { randomKey } from "../../web/lib/random.ts";
import type { Ways } from "./devices-of-others.ts";

/** A request for another store. */
export interface StoreWish {
  readonly name: string;
  /** The store whose menu is copied. */
  readonly menuOf?: string;
  /** The admin who requested it. */
  readonly phone: string;
  /** Its id, once the response has arrived. */
  storeId?: string;
}

/** Stores that owners have created during the day, at any stand of a fair. All have the same name. */
export class OtherStores {
  readonly wished: StoreWish[] = [];

  /** Creates one, with the same idempotency key on each retry. */
  async make(phone: string, copies: boolean, { api, store, insist }: Ways): Promise<void> {
    const wish: StoreWish = { name: "On the corner", phone, ...(copies && { menuOf: store }) };
    const key = randomKey();
    this.wished.push(wish);
    await insist(async () => {
      const { name, menuOf } = wish;
      const request = { name, timeZone: "Europe/Berlin", ...(menuOf !== undefined && { menuOf }) };
      wish.storeId = (await makeStore(api, request, key)).storeId;
    });
  }
}
