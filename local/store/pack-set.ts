import type { Block, Pack } from "./pack.ts";

/** The size of the block cache in bytes of text; the parsed values take about twice that in addition. */
const cacheBytes = 16 * 1024 * 1024;

/** The packs of a store, by slot, and a cache of their recently used blocks. */
export class PackSet {
  readonly #slots: (Pack | undefined)[] = [];
  /** By slot and block, least recently used first. */
  readonly #cache = new Map<number, Block>();
  #cached = 0;
  #last: { key: number; block: Block } | undefined;

  /** Adds a pack; returns its slot. */
  add(pack: Pack): number {
    const free = this.#slots.indexOf(undefined);
    const slot = free === -1 ? this.#slots.length : free;
    this.#slots[slot] = pack;
    return slot;
  }

  /** The pack in a slot. @throws Error if there is none */
  get(slot: number): Pack {
    const pack = this.#slots[slot];
    if (pack === undefined) throw new Error(`There is no pack ${slot}.`);
    return pack;
  }

  /** Closes a pack and removes its blocks from the cache. */
  remove(slot: number): void {
    this.get(slot).close();
    this.#slots[slot] = undefined;
    this.#last = undefined;
    for (const [key, { bytes }] of this.#cache) {
      if (Math.floor(key / 2 ** 32) !== slot) continue;
      this.#cache.delete(key);
      this.#cached -= bytes.length;
    }
  }

  /** The packs with their slots, oldest first. */
  *all(order: readonly number[]): Generator<[number, Pack]> {
    for (const slot of order) yield [slot, this.get(slot)];
  }

  /**
   * The value of a record. @param passing it is part of a scan and should not fill the cache
   * @throws Error if it is damaged
   */
  value(slot: number, number: number, at: number, passing: boolean): unknown {
    const block = this.#block(slot, number, passing);
    if (!(at in block.values)) block.values[at] = JSON.parse(this.#text(block, at).toString()) as unknown;
    return block.values[at];
  }

  /** Closes all packs and empties the cache. */
  close(): void {
    for (const pack of this.#slots) pack?.close();
    this.#cache.clear();
  }

  #text({ bytes, starts }: Block, at: number): Buffer {
    return bytes.subarray(starts[at], starts[at + 1]);
  }

  #block(slot: number, number: number, passing: boolean): Block {
    const key = slot * 2 ** 32 + number;
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      if (!passing) {
        this.#cache.delete(key);
        this.#cache.set(key, cached);
      }
      return cached;
    }
    if (this.#last?.key === key && passing) return this.#last.block;
    const block = this.#last?.key === key ? this.#last.block : this.get(slot).block(number);
    this.#last = { key, block };
    if (passing) return block;
    this.#cache.set(key, block);
    this.#cached += block.bytes.length;
    for (const [old, { bytes }] of this.#cache) {
      if (this.#cached <= cacheBytes || old === key) break;
      this.#cache.delete(old);
      this.#cached -= bytes.length;
    }
    return block;
  }
}
