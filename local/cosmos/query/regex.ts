import { badRequest } from "../errors.ts";
import { CharacterSet } from "./character-set.ts";
import type { Budget } from "./limits.ts";

/**
 * Regular expressions for RegexMatch. The time of a match grows with the text's length times the pattern's: all possible states of the pattern are
 * followed at once (Thompson's construction), so there is no backtracking. The syntax is the part of PCRE that such an automaton can match;
 * references and lookaround are rejected by name.
 */
export interface Regex {
  /** Whether any part of the text matches. */
  test(text: string, budget: Budget): boolean;
}

type Tests = (code: string) => boolean;
type Node =
  | { kind: "char"; test: Tests }
  | { kind: "assert"; holds: (text: string, at: number) => boolean }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  | { kind: "repeat"; part: Node; least: number; most: number };

type State =
  | { kind: "char"; test: Tests; next: number }
  | { kind: "assert"; holds: (text: string, at: number) => boolean; next: number }
  | { kind: "split"; next: number[] }
  | { kind: "match" };

/** The maximum number of states: `(a{1000}){1000}` would have a million. */
const maxStates = 10_000;
const maxNesting = 100;
/** As in PCRE. */
const maxRepeat = 65_535;

const cache = new Map<string, Regex | undefined>();

/** The compiled regular expression; undefined if the pattern or the modifiers are invalid. @throws a 400 for what is not emulated. */
export function compileRegex(pattern: string, modifiers: string): Regex | undefined {
  const key = `${modifiers}/${pattern}`;
  if (cache.has(key)) return cache.get(key);
  let regex: Regex | undefined;
  try {
    regex = /^[msix]*$/.test(modifiers) ? machine(new Parser(pattern, modifiers).parse()) : undefined;
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
  }
  if (cache.size >= 100) cache.clear();
  cache.set(key, regex);
  return regex;
}

class InvalidPattern extends Error {}

const isWord = (char: string | undefined): boolean => char !== undefined && /^[A-Za-z0-9_]$/.test(char);
const classes: Record<string, Tests> = {
  d: (char) => char >= "0" && char <= "9",
  w: isWord,
  s: (char) => /^\s$/.test(char),
  h: (char) => char === " " || char === "\t",
};
/** The inverse classes, such as `\D`. */
const inverses = new Map(Object.entries(classes).map(([name, test]) => [name, (char: string) => !test(char)]));
const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", e: "\x1b", a: "\x07" };
const posix: Record<string, Tests> = {
  alpha: (char) => /^[A-Za-z]$/.test(char),
  digit: (char) => char >= "0" && char <= "9",
  alnum: (char) => /^[A-Za-z0-9]$/.test(char),
  upper: (char) => char >= "A" && char <= "Z",
  lower: (char) => char >= "a" && char <= "z",
  space: (char) => /^\s$/.test(char),
  punct: (char) => /^[!-/:-@[-`{-~]$/.test(char),
  xdigit: (char) => /^[0-9A-Fa-f]$/.test(char),
  word: isWord,
};

class Parser {
  readonly #pattern: string[];
  readonly #multiline: boolean;
  readonly #dotAll: boolean;
  readonly #ignoreCase: boolean;
  readonly #extended: boolean;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, modifiers: string) {
    this.#pattern = [...pattern];
    this.#multiline = modifiers.includes("m");
    this.#dotAll = modifiers.includes("s");
    this.#ignoreCase = modifiers.includes("i");
    this.#extended = modifiers.includes("x");
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw new InvalidPattern();
    return node;
  }

  #choice(): Node {
    if (++this.#depth > maxNesting) {
      throw badRequest(`A regular expression with more than ${maxNesting} nested groups is not emulated here.`);
    }
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 && options[0] ? options[0] : { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      this.#skip();
      const char = this.#pattern[this.#at];
      if (char === undefined || char === "|" || char === ")") return { kind: "sequence", parts };
      parts.push(this.#repeated());
    }
  }

  #repeated(): Node {
    let node = this.#atom();
    for (let times = 0; ; times++) {
      this.#skip();
      const bounds = this.#bounds();
      if (bounds === undefined) return node;
      if (times > 0) throw new InvalidPattern();
      // A lazy quantifier changes which match is found, not whether there is one. A possessive one can change that, and is rejected.
      if (!this.#take("?") && this.#take("+")) throw unsupported("a possessive quantifier");
      node = { kind: "repeat", part: node, ...bounds };
    }
  }

  #bounds(): { least: number; most: number } | undefined {
    const most = Number.POSITIVE_INFINITY;
    if (this.#take("*")) return { least: 0, most };
    if (this.#take("+")) return { least: 1, most };
    if (this.#take("?")) return { least: 0, most: 1 };
    const found = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 16).join(""));
    if (found === null) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1]);
    const upper = found[2] === undefined ? least : found[3] === "" ? most : Number(found[3]);
    if (least > upper || least > maxRepeat || (upper > maxRepeat && upper !== most)) throw new InvalidPattern();
    return { least, most: upper };
  }

  #atom(): Node {
    const char = this.#pattern[this.#at++] ?? "";
    if (char === "(") return this.#group();
    if (char === "[") return this.#set();
    if (char === "\\") return this.#escape();
    if (char === "*" || char === "+" || char === "?") throw new InvalidPattern();
    if (char === ".") {
      return { kind: "char", test: this.#dotAll ? () => true : (each) => each !== "\n" };
    }
    if (char === "^") {
      const multiline = this.#multiline;
      return { kind: "assert", holds: (text, at) => at === 0 || (multiline && text[at - 1] === "\n") };
    }
    if (char === "$") {
      const multiline = this.#multiline;
      return {
        kind: "assert",
        holds: (text, at) => at === text.length || (text[at] === "\n" && (multiline || at === text.length - 1)),
      };
    }
    return this.#literal(char);
  }

  #group(): Node {
    if (this.#take("?")) {
      const named = /^(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(this.#pattern.slice(this.#at, this.#at + 64).join(""));
      if (named !== null) this.#at += named[0].length;
      else if (!this.#take(":")) throw unsupported("lookaround, an atomic group or an option inside the pattern");
    }
    const node = this.#choice();
    if (!this.#take(")")) throw new InvalidPattern();
    return node;
  }

  #escape(): Node {
    const char = this.#pattern[this.#at++];
    if (char === undefined) throw new InvalidPattern();
    const boundary = (text: string, at: number): boolean => isWord(text[at - 1]) !== isWord(text[at]);
    if (char === "b") return { kind: "assert", holds: boundary };
    if (char === "B") return { kind: "assert", holds: (text, at) => !boundary(text, at) };
    if (char === "A") return { kind: "assert", holds: (_, at) => at === 0 };
    if (char === "z") return { kind: "assert", holds: (text, at) => at === text.length };
    if (char === "Z") {
      return {
        kind: "assert",
        holds: (text, at) => at === text.length || (at === text.length - 1 && text[at] === "\n"),
      };
    }
    if (/[1-9kg]/.test(char)) throw unsupported("a reference to a group");
    const test = this.#escapedClass(char);
    return test === undefined ? this.#literal(this.#escapedChar(char)) : { kind: "char", test };
  }

  #escapedClass(char: string): Tests | undefined {
    const test = Object.hasOwn(classes, char) ? classes[char] : undefined;
    if (test !== undefined) return test;
    const lower = char.toLowerCase();
    return lower === char ? undefined : inverses.get(lower);
  }

  #escapedChar(char: string): string {
    if (Object.hasOwn(escapes, char)) return escapes[char] ?? "";
    if (char === "x") {
      const rest = this.#pattern.slice(this.#at, this.#at + 10).join("");
      const found = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2}))/.exec(rest);
      if (found === null) throw new InvalidPattern();
      this.#at += found[0].length;
      const code = Number.parseInt(found[1] ?? found[2] ?? "", 16);
      if (code > 0x10ffff) throw new InvalidPattern();
      return String.fromCodePoint(code);
    }
    if (char === "0") return "\0";
    if (/[A-Za-z]/.test(char)) throw unsupported(`\\${char}`);
    return char;
  }

  #set(): Node {
    const negated = this.#take("^");
    const ranges = new CharacterSet();
    const tests = new Set<Tests>();
    let first = true;
    for (;;) {
      const char = this.#pattern[this.#at++];
      if (char === undefined) throw new InvalidPattern();
      if (char === "]" && !first) break;
      first = false;
      const named = char === "[" ? this.#posix() : undefined;
      const escaped = char === "\\" ? (this.#pattern[this.#at++] ?? "") : undefined;
      const test = named ?? (escaped === undefined ? undefined : this.#escapedClass(escaped));
      if (test !== undefined) {
        tests.add(test);
        continue;
      }
      const from = escaped === undefined ? char : escaped === "b" ? "\b" : this.#escapedChar(escaped);
      this.#range(from, ranges);
    }
    const within = (char: string): boolean => ranges.has(char.codePointAt(0) ?? -1);
    const ignoring = (char: string): boolean => within(char.toLowerCase()) || within(char.toUpperCase());
    const named = [...tests];
    const holds = (char: string): boolean =>
      within(char) || (this.#ignoreCase && ignoring(char)) || named.some((each) => each(char));
    return { kind: "char", test: (char) => holds(char) !== negated };
  }

  #posix(): Tests | undefined {
    const found = /^:(\^?)([a-z]+):\]/.exec(this.#pattern.slice(this.#at, this.#at + 16).join(""));
    if (found === null) return undefined;
    const test = posix[found[2] ?? ""];
    if (test === undefined) throw new InvalidPattern();
    this.#at += found[0].length;
    return found[1] === "" ? test : (char) => !test(char);
  }

  #range(from: string, into: CharacterSet): void {
    const next = this.#pattern[this.#at + 1];
    let to = from;
    if (this.#pattern[this.#at] === "-" && next !== undefined && next !== "]") {
      this.#at += 2;
      to = next === "\\" ? this.#escapedChar(this.#pattern[this.#at++] ?? "") : next;
    }
    const [low = 0, high = 0] = [from.codePointAt(0), to.codePointAt(0)];
    if (low > high) throw new InvalidPattern();
    into.add(low, high);
  }

  #literal(char: string): Node {
    if (!this.#ignoreCase) return { kind: "char", test: (each) => each === char };
    const folded = char.toLowerCase();
    return { kind: "char", test: (each) => each.toLowerCase() === folded };
  }

  #take(char: string): boolean {
    if (this.#pattern[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** With `x`, whitespace and comments are ignored. */
  #skip(): void {
    while (this.#extended && this.#at < this.#pattern.length) {
      const char = this.#pattern[this.#at] ?? "";
      if (char === "#") {
        while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== "\n") this.#at++;
      } else if (/\s/.test(char)) {
        this.#at++;
      } else {
        return;
      }
    }
  }
}

const unsupported = (what: string): Error =>
  badRequest(
    `RegexMatch with ${what} is not emulated here: it cannot be matched in linear time. The service supports it.`,
  );

function machine(node: Node): Regex {
  const states: State[] = [{ kind: "match" }];
  let built = 0;
  const push = (state: State): number => states.push(state) - 1;
  /** Adds the states of a node that continues at `next`, and returns its first state. */
  const build = (part: Node, next: number): number => {
    if (++built > maxStates) {
      throw badRequest(`A regular expression of more than ${maxStates} states is not emulated here; repeat less.`);
    }
    switch (part.kind) {
      case "char":
      case "assert":
        return push({ ...part, next });
      case "sequence":
        return part.parts.reduceRight((after, each) => build(each, after), next);
      case "choice":
        return push({ kind: "split", next: part.options.map((option) => build(option, next)) });
      case "repeat":
        return repeat(part.part, part.least, part.most, next);
    }
  };
  const repeat = (part: Node, least: number, most: number, next: number): number => {
    let first = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop: State & { kind: "split" } = { kind: "split", next: [next] };
      first = push(loop);
      loop.next.push(build(part, first));
    } else {
      for (let at = least; at < most; at++) first = push({ kind: "split", next: [build(part, first), next] });
    }
    for (let at = 0; at < least; at++) first = build(part, first);
    return first;
  };
  const start = build(node, 0);
  return { test: (text, budget) => run(states, start, text, budget) };
}

function run(states: State[], start: number, text: string, budget: Budget): boolean {
  let current: number[] = [];
  /** The character position at which each state was entered last. */
  let steps = 0;
  const entered = new Int32Array(states.length).fill(-1);
  const enter = (first: number, at: number, into: number[]): boolean => {
    const waiting = [first];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      steps++;
      if (entered[index] === at) continue;
      entered[index] = at;
      const state = states[index];
      if (state?.kind === "match") return true;
      if (state?.kind === "split") waiting.push(...state.next);
      else if (state?.kind === "assert") {
        if (state.holds(text, at)) waiting.push(state.next);
      } else into.push(index);
    }
    return false;
  };
  for (let at = 0; at <= text.length; ) {
    // A match may start anywhere.
    if (enter(start, at, current)) return true;
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const next: number[] = [];
    const following = at + char.length;
    budget.spend(steps + current.length + 1);
    steps = 0;
    for (const index of current) {
      const state = states[index];
      if (at < text.length && state?.kind === "char" && state.test(char) && enter(state.next, following, next)) {
        return true;
      }
    }
    current = next;
    at = following;
  }
  return false;
}
