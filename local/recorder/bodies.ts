/** The longest body that is kept, in characters or bytes; longer ones are truncated. */
export const longest = 32 * 1024;
/** The size of a block in bytes, unless the limit is smaller or one body needs more. */
const blockLength = 256 * 1024;
/** The maximum number of bytes per character. */
const mostBytes = 3;

/** How many recent texts are compared with new ones: an event is published, delivered several times and pushed within a moment. */
const remembered = 16;

/** A buffer that is filled from the start. */
interface Block {
  readonly bytes: Buffer;
  used: number;
  /** The newest span with a body in it. */
  last: number;
}

/** A recently kept text. */
interface Recent {
  readonly text: string;
  readonly body: Body;
  readonly block: Block;
}

/** A kept text or bytes. */
export class Body {
  /** The full length in bytes, if the body is truncated. */
  readonly whole: number | undefined;
  readonly #block: Block;
  readonly #from: number;
  readonly #to: number;

  constructor(block: Block, from: number, whole: number | undefined) {
    this.#block = block;
    this.#from = from;
    this.#to = block.used;
    this.whole = whole;
  }

  /** The text, or the bytes decoded as UTF-8. Read it only while its span is kept, because the memory is reused. */
  toString(): string {
    return this.#block.bytes.toString("utf8", this.#from, this.#to);
  }
}

/**
 * Bodies of spans, one after the other in blocks of bytes. The garbage collector need not copy or scan them,
 * and their originals can be freed. A block is reused once all spans with a body in it are gone.
 */
export class Bodies {
  /** The memory in use, in bytes. */
  bytes = 0;
  readonly #length: number;
  /** In the order in which they were filled. */
  readonly #blocks: Block[] = [];
  readonly #spare: Block[] = [];
  /** A ring of recent texts. */
  readonly #recent: (Recent | undefined)[] = [];
  #next = 0;

  /** @param most about how many bytes to keep */
  constructor(most: number) {
    this.#length = Math.min(blockLength, Math.ceil(most / 16));
  }

  /** Keeps a body of the span with this id. A text that equals a recent one is stored once. */
  put(owner: number, body: string | Uint8Array): Body {
    const same = typeof body === "string" ? this.#sameAs(body) : undefined;
    if (same !== undefined) {
      if (owner > same.block.last) same.block.last = owner;
      return same.body;
    }
    const isLong = body.length > longest;
    const block = this.#withRoom(Math.min(body.length, longest) * (typeof body === "string" ? mostBytes : 1));
    const from = block.used;
    if (typeof body === "string") {
      block.used += block.bytes.write(isLong ? body.slice(0, longest) : body, from);
    } else {
      block.bytes.set(isLong ? body.subarray(0, longest) : body, from);
      block.used += Math.min(body.length, longest);
    }
    this.bytes += block.used - from;
    if (owner > block.last) block.last = owner;
    const kept = new Body(block, from, isLong ? Buffer.byteLength(body) : undefined);
    if (typeof body === "string") {
      this.#recent[this.#next] = { text: body, body: kept, block };
      this.#next = (this.#next + 1) % remembered;
    }
    return kept;
  }

  /** The equal recent text, if there is one. */
  #sameAs(text: string): Recent | undefined {
    for (const recent of this.#recent) if (recent !== undefined && recent.text === text) return recent;
    return undefined;
  }

  /** Frees the blocks without bodies of `oldest` and later spans. */
  drop(oldest: number): void {
    for (let [first] = this.#blocks; first !== undefined && first.last < oldest; [first] = this.#blocks) {
      this.#blocks.shift();
      this.bytes -= first.used;
      first.used = 0;
      first.last = 0;
      for (const [at, recent] of this.#recent.entries()) if (recent?.block === first) this.#recent[at] = undefined;
      if (first.bytes.length === this.#length) this.#spare.push(first);
    }
  }

  #withRoom(length: number): Block {
    const open = this.#blocks.at(-1);
    if (open !== undefined && open.bytes.length - open.used >= length) return open;
    const spare = length <= this.#length ? this.#spare.pop() : undefined;
    const block = spare ?? { bytes: Buffer.allocUnsafeSlow(Math.max(this.#length, length)), used: 0, last: 0 };
    this.#blocks.push(block);
    return block;
  }
}
