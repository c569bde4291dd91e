import { makeStore } from "../../web/admin/calls.ts";
import { randomKey } from "../../web/lib/random.ts";
import type { Ways } from "./devices-of-others.ts";

/** A store that somebody wants beside theirs. */
export interface StoreWish {
  readonly name: string;
  /** Whose menu it is to begin with. */
  readonly menuOf?: string;
  /** Whoever wanted it. */
  readonly phone: string;
  /** Which it is, once they were told. */
  storeId?: string;
}

/** Stores that owners have made in the middle of a day, at whichever stand of a fair. All are called the same. */
export class OtherStores {
  readonly wished: StoreWish[] = [];

  /** Makes one: asked for with one key, however often. */
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
