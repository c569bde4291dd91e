/** Longest body that is kept, in characters or bytes; of a longer one its beginning. */
export const longest = 32 * 1024;
/** Bytes of a block, unless little is to be kept at all or one body needs more. */
const blockLength = 256 * 1024;
/** Most bytes that a character of a text may take. */
const mostBytes = 3;

/** So many texts are remembered by which the next ones may be known: an event is published, delivered to several, handed to each, and pushed, within a moment. */
const remembered = 16;

/** Bytes that are filled from their beginning. */
interface Block {
  readonly bytes: Buffer;
  used: number;
  /** The newest span that has a body in it. */
  last: number;
}

/** A text that was kept lately. */
interface Recent {
  readonly text: string;
  readonly body: Body;
  readonly block: Block;
}

/** A text or bytes that are kept. */
export class Body {
  /** Of the whole in bytes, where only its beginning is kept. */
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

  /** The text, or what the bytes are as UTF-8. To be read only while its span is kept: its bytes are used again. */
  toString(): string {
    return this.#block.bytes.toString("utf8", this.#from, this.#to);
  }
}

/**
 * Bodies of spans, one behind the other in blocks of bytes: the garbage collector has nothing to carry about and to go through for as long as they are
 * kept, and what they were copied from can go. A block is filled anew once all spans that have something in it are gone.
 */
export class Bodies {
  /** What they take, in bytes. */
  bytes = 0;
  readonly #length: number;
  /** In the order in which they are filled. */
  readonly #blocks: Block[] = [];
  readonly #spare: Block[] = [];
  /** Each written over the oldest one. */
  readonly #recent: (Recent | undefined)[] = [];
  #next = 0;

  /** @param most how many bytes are to be kept, about */
  constructor(most: number) {
    this.#length = Math.min(blockLength, Math.ceil(most / 16));
  }

  /** Keeps a body of the span with this id. A text that another one had a moment ago is kept once for both. */
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

  /** The same text, if it was kept lately: it is not kept twice. */
  #sameAs(text: string): Recent | undefined {
    for (const recent of this.#recent) if (recent !== undefined && recent.text === text) return recent;
    return undefined;
  }

  /** Lets go of blocks in which no span from `oldest` on has anything. */
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
