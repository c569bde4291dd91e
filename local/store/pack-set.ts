import type { Block, Pack } from "./pack.ts";

/** So many bytes of blocks are kept in memory, as texts; what was made of them comes to about twice that. */
const cacheBytes = 16 * 1024 * 1024;

/** The packs of a store, by slot, and the blocks of them that were in use lately. */
export class PackSet {
  readonly #slots: (Pack | undefined)[] = [];
  /** By slot and block; those used last are at the end. */
  readonly #cache = new Map<number, Block>();
  #cached = 0;
  #last: { key: number; block: Block } | undefined;

  /** Takes a pack in; returns its slot. */
  add(pack: Pack): number {
    const free = this.#slots.indexOf(undefined);
    const slot = free === -1 ? this.#slots.length : free;
    this.#slots[slot] = pack;
    return slot;
  }

  /** The pack of a slot. @throws Error when there is none */
  get(slot: number): Pack {
    const pack = this.#slots[slot];
    if (pack === undefined) throw new Error(`There is no pack ${slot}.`);
    return pack;
  }

  /** Closes a pack and forgets what was read of it. */
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

  /** The packs with their slots, older ones first. */
  *all(order: readonly number[]): Generator<[number, Pack]> {
    for (const slot of order) yield [slot, this.get(slot)];
  }

  /**
   * The value of a record. @param passing it is read with all the others, and not because it is in use
   * @throws Error when it is damaged
   */
  value(slot: number, number: number, at: number, passing: boolean): unknown {
    const block = this.#block(slot, number, passing);
    if (!(at in block.values)) block.values[at] = JSON.parse(this.#text(block, at).toString()) as unknown;
    return block.values[at];
  }

  /** Closes all packs and forgets what was read of them. */
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
