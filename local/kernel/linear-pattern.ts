/**
 * Regular expressions whose matching time is proportional to the text's length, for any pattern and text: all ways to match are followed at once
 * instead of one after the other. For patterns from an application, and texts from anyone.
 * The syntax is that of .NET without what cannot be matched this way: lookaround, back references, atomic groups and conditions. Inline options,
 * class subtraction and named blocks are not supported either. Letters match without case, `\d` and `\w` also match digits and letters of other
 * scripts, and `$` also matches before a last line feed.
 */
export type LinearPattern = (text: string) => boolean;

/** The maximum number of steps of a pattern, with its repetitions expanded. */
const mostSteps = 2_000;

type Step =
  | { kind: "char"; test: (char: string) => boolean; next: number }
  | { kind: "at"; test: (text: string, index: number) => boolean; next: number }
  | { kind: "either"; ways: number[] }
  | { kind: "end" };

type Node =
  | { kind: "char"; test: (char: string) => boolean }
  | { kind: "at"; test: (text: string, index: number) => boolean }
  | { kind: "row"; nodes: Node[] }
  | { kind: "either"; ways: Node[] }
  | { kind: "repeat"; node: Node; least: number; most: number };

/** @throws SyntaxError that says what is wrong with the pattern, or which part of it is not supported. */
export function linearPattern(source: string): LinearPattern {
  const steps: Step[] = [{ kind: "end" }];
  const first = write(new Parser(source).parse(), 0, steps);
  return (text) => {
    let current = new Set<number>();
    for (let index = 0; index <= text.length; index++) {
      // A match may begin anywhere.
      if (follow(steps, first, text, index, current)) return true;
      if (index === text.length) return false;
      const after = new Set<number>();
      const char = text[index] ?? "";
      for (const at of current) {
        const step = steps[at];
        if (step?.kind === "char" && step.test(char) && follow(steps, step.next, text, index + 1, after)) return true;
      }
      current = after;
    }
    return false;
  };
}

/** Adds every step that waits for a character and can be reached from `from` without one. Returns true if the end can be reached. */
function follow(steps: Step[], from: number, text: string, index: number, reached: Set<number>): boolean {
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step?.kind === "end") return true;
    if (step?.kind === "either") open.push(...step.ways);
    if (step?.kind === "at" && step.test(text, index)) open.push(step.next);
  }
  return false;
}

/** Compiles a node so that `next` follows it; returns its first step. */
function write(node: Node, next: number, steps: Step[]): number {
  const add = (step: Step) => {
    if (steps.length >= mostSteps) throw new SyntaxError("it repeats too much to be matched here");
    return steps.push(step) - 1;
  };
  switch (node.kind) {
    case "char":
    case "at":
      return add({ ...node, next } as Step);
    case "row":
      return node.nodes.reduceRight((after, each) => write(each, after, steps), next);
    case "either":
      return add({ kind: "either", ways: node.ways.map((way) => write(way, next, steps)) });
    case "repeat": {
      let begin = next;
      if (node.most === Number.POSITIVE_INFINITY) {
        const loop: Step & { kind: "either" } = { kind: "either", ways: [next] };
        begin = add(loop);
        loop.ways.push(write(node.node, begin, steps));
      } else {
        for (let count = node.least; count < node.most; count++) {
          begin = add({ kind: "either", ways: [next, write(node.node, begin, steps)] });
        }
      }
      for (let count = 0; count < node.least; count++) begin = write(node.node, begin, steps);
      return begin;
    }
  }
}

const word = "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}";
/** The expansion of a class such as `\d` within brackets. */
const classes: Record<string, string> = { d: "\\p{Nd}", w: word, s: "\\s" };
const controls: Record<string, string> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", a: "\x07", e: "\x1b", 0: "\0" };

const isWord = charTest(`[${word}]`);
const atEdge = (text: string, index: number) => isWord(text[index - 1] ?? "") !== isWord(text[index] ?? "");
const beforeLastFeed = (text: string, index: number) =>
  index === text.length || (index === text.length - 1 && text[index] === "\n");
const places: Record<string, (text: string, index: number) => boolean> = {
  A: (_, index) => index === 0,
  z: (text, index) => index === text.length,
  Z: beforeLastFeed,
  b: atEdge,
  B: (text, index) => !atEdge(text, index),
};

/** A test whether a character belongs to a class. The class is given as an expression that matches exactly one character. */
function charTest(expression: string): (char: string) => boolean {
  const pattern = new RegExp(`^${expression}$`, "iu");
  const known = new Map<string, boolean>();
  return (char) => {
    let result = known.get(char);
    if (result === undefined) {
      result = pattern.test(char);
      // Caches only ASCII, so that the cache stays small.
      if (char < "\x80") known.set(char, result);
    }
    return result;
  };
}

class Parser {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Node {
    const node = this.#either();
    if (this.#at < this.#source.length) throw new SyntaxError("it has a ) too many");
    return node;
  }

  #either(): Node {
    if (++this.#depth > 100) throw new SyntaxError("its groups are nested too deep");
    const ways = [this.#row()];
    while (this.#take("|")) ways.push(this.#row());
    this.#depth--;
    return ways.length === 1 && ways[0] ? ways[0] : { kind: "either", ways };
  }

  #row(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#peek)) nodes.push(this.#repeated(this.#one()));
    return { kind: "row", nodes };
  }

  #repeated(node: Node): Node {
    const [found, sign, from, comma, to] = this.#match(/(?:([*+?])|\{(\d+)(,)?(\d+)?\})/y) ?? [];
    if (found === undefined) return node;
    // Greedy or lazy makes no difference to whether there is a match.
    this.#take("?");
    if (/[*+?]|\{\d/y.test(this.#source.slice(this.#at, this.#at + 2)))
      throw new SyntaxError("it repeats a repetition");
    if (sign !== undefined) {
      return { kind: "repeat", node, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
    }
    const least = Number(from);
    const most = comma === undefined ? least : to === undefined ? Number.POSITIVE_INFINITY : Number(to);
    if (least > most) throw new SyntaxError(`it repeats at least ${least} and at most ${most} times`);
    if (least > mostSteps) throw new SyntaxError("it repeats too much to be matched here");
    return { kind: "repeat", node, least, most };
  }

  #one(): Node {
    if (this.#take("(")) return this.#group();
    if (this.#take("[")) return { kind: "char", test: charTest(this.#class()) };
    if (this.#take("^")) return { kind: "at", test: (_, index) => index === 0 };
    if (this.#take("$")) return { kind: "at", test: beforeLastFeed };
    if (this.#take(".")) return { kind: "char", test: (char) => char !== "\n" };
    if (/[*+?]/.test(this.#peek)) throw new SyntaxError(`it has nothing that ${this.#peek} could repeat`);
    if (!this.#take("\\")) return literal(this.#next());
    const place = places[this.#peek];
    if (place !== undefined) {
      this.#at++;
      return { kind: "at", test: place };
    }
    return { kind: "char", test: charTest(this.#escape()) };
  }

  #group(): Node {
    const special = this.#match(/\?(?:<?[=!]|>|\(|[imnsx-]+[:)])/y)?.[0];
    if (special !== undefined && special !== "?i:") {
      throw new SyntaxError(`it has (${special}, which cannot be matched here`);
    }
    if (special === undefined) this.#match(/\?(?:<[A-Za-z_]\w*>|'[A-Za-z_]\w*'|:)/y);
    const node = this.#either();
    if (!this.#take(")")) throw new SyntaxError("it has a ( without its )");
    return node;
  }

  /** Parses the rest of a class in brackets; returns an expression for one character. */
  #class(): string {
    let inside = this.#take("^") ? "^" : "";
    for (let first = true; first || this.#peek !== "]"; first = false) {
      if (this.#at >= this.#source.length) throw new SyntaxError("it has a [ without its ]");
      if (this.#peek === "-" && this.#source[this.#at + 1] === "[") {
        throw new SyntaxError("it subtracts a class from a class, which cannot be matched here");
      }
      const low = this.#member();
      if (this.#peek === "-" && !/[\]]/.test(this.#source[this.#at + 1] ?? "]") && this.#source[this.#at + 1] !== "[") {
        this.#at++;
        const high = this.#member();
        if (low.length > 6 || high.length > 6 || charOf(low) > charOf(high)) {
          throw new SyntaxError(`it has the range ${low}-${high}, whose ends are not in order`);
        }
        inside += `${low}-${high}`;
      } else inside += low;
    }
    this.#at++;
    return `[${inside}]`;
  }

  #member(): string {
    if (this.#take("\\")) return this.#take("b") ? "\\u0008" : this.#escape(true).replace(/^\[(.*)\]$/s, "$1");
    return coded(this.#next());
  }

  /** Parses what follows a backslash; returns an expression for one character. */
  #escape(inClass = false): string {
    const property = this.#match(/[pP]\{(\w+)\}/y)?.[0];
    if (property !== undefined) {
      try {
        new RegExp(`\\${property}`, "u");
      } catch {
        throw new SyntaxError(`it has \\${property}, which cannot be matched here`);
      }
      return `\\${property}`;
    }
    const code = this.#match(/x([0-9a-f]{2})|u([0-9a-f]{4})/iy);
    if (code) return coded(String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? "0", 16)));
    const char = this.#next();
    const known = classes[char.toLowerCase()];
    if (known !== undefined && char === char.toLowerCase()) return `[${known}]`;
    if (char === "D" || char === "S") return char === "D" ? "\\P{Nd}" : "\\S";
    if (char === "W" && !inClass) return `[^${word}]`;
    if (controls[char] !== undefined) return coded(controls[char]);
    if (/[A-Za-z0-9]/.test(char)) throw new SyntaxError(`it has \\${char}, which cannot be matched here`);
    return coded(char);
  }

  get #peek(): string {
    return this.#source[this.#at] ?? "";
  }

  #next(): string {
    const char = this.#source[this.#at++];
    if (char === undefined) throw new SyntaxError("it ends with a backslash");
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

function literal(char: string): Node {
  const lower = char.toLowerCase();
  return { kind: "char", test: (given) => given.toLowerCase() === lower };
}

/** Escaped, so that it is literal anywhere in an expression. */
const coded = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const charOf = (code: string) => Number.parseInt(code.slice(2), 16);
