import { type Api, ApiError, codeOf } from "../lib/api.ts";
import type { App } from "../lib/app.svelte.ts";
import { describe } from "../lib/errors.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { t } from "../lib/text.ts";
import { deleteDocument, putDocument } from "./calls.ts";
import type { Config } from "./config.svelte.ts";
import type { Loose, Seen } from "./loose.ts";
import { changedFields, merge } from "./merge.ts";
import { byField, type DocumentProblem, type FieldProblems, labelOf, sentences, without } from "./problems.ts";
import { newOptions } from "./route.ts";

/** How one kind of document is edited. */
export interface Kind<D extends object> {
  read: (document: Loose) => D;
  write: (draft: D, storeId: string, seen?: Seen) => Loose & { id: string };
  fieldOf: (draft: D, path: string) => string | undefined;
  /** Checks what must be right before the request can be sent, because the URL is derived from it. */
  check?: (draft: D) => DocumentProblem[];
  /** Lets the server complete a new document from the input; returns what it could not. */
  settle?: (draft: D, api: Api) => Promise<DocumentProblem[]>;
}

/**
 * A document in a form: the version that was read, the draft, and changes by others. It outlives its form, so that signing in again loses nothing.
 */
export class Editor<D extends object> {
  /** Id of the document, or a placeholder for a new one. */
  readonly target: string;
  draft: D;
  problems = $state.raw<FieldProblems>({});
  /** A problem that belongs to no field. */
  message = $state("");
  busy = $state(false);
  /** Another user's version that arrived while this one has changes; `removed` if they deleted it. */
  theirs = $state.raw<{ draft: D; etag: string } | "removed">();
  #base: D;
  #etag = $state.raw<string>();
  readonly #app: App;
  readonly #config: Config;
  readonly #kind: Kind<D>;

  /** @param fresh the initial draft of a new document */
  constructor(app: App, config: Config, kind: Kind<D>, target: string, fresh: D) {
    this.#app = app;
    this.#config = config;
    this.#kind = kind;
    this.target = target;
    const entry = config.find(target);
    const base = entry === undefined ? fresh : kind.read(entry.document);
    this.#base = $state.raw(base);
    this.draft = $state(structuredClone(base));
    this.#etag = entry?.etag;
    if (entry !== undefined) this.#show(entry.problems);
  }

  get isNew(): boolean {
    return this.target === "new" || this.target === newOptions;
  }
  get dirty(): boolean {
    return JSON.stringify(this.draft) !== JSON.stringify(this.#base);
  }
  /** Whether saving changes anything. A stored document with mistakes may differ from its draft: saving fixes it. */
  get savable(): boolean {
    return this.dirty || this.isNew || Object.keys(this.problems).length > 0;
  }
  /** The fields that the other user has changed. */
  get theirFields(): string[] {
    return this.theirs === undefined || this.theirs === "removed" ? [] : changedFields(this.#base, this.theirs.draft);
  }

  /** The user edits a field: its problems are outdated. */
  touched(field: string): void {
    const before = this.problems;
    this.problems = without(before, field);
    // The summary counts the remaining problems, and disappears with the last one.
    if (this.problems !== before) this.message = this.#summary();
  }

  /** Checks the current version of the document. Call it after each load of the documents. */
  follow(): void {
    if (this.isNew || this.busy) return;
    const entry = this.#config.find(this.target);
    if (entry?.etag === this.#etag) return;
    if (entry === undefined) {
      if (this.#etag !== undefined) this.theirs = "removed";
      return;
    }
    const draft = this.#kind.read(entry.document);
    if (this.dirty && changedFields(this.#base, draft).length > 0) this.theirs = { draft, etag: entry.etag };
    else if (this.dirty) this.#etag = entry.etag;
    else this.#take(draft, entry.etag, entry.problems);
  }

  /** Replaces this draft with the other user's version; does nothing if they removed it. */
  loadTheirs(): void {
    const { theirs } = this;
    if (theirs === undefined || theirs === "removed") return;
    this.#take(theirs.draft, theirs.etag, this.#config.find(this.target)?.problems ?? []);
  }

  /**
   * Merges this draft into the other user's version: fields that were not changed here become theirs, so that none of their changes is undone by
   * mistake.
   */
  keepMine(): void {
    const { theirs } = this;
    if (theirs === "removed") this.#etag = undefined;
    else if (theirs !== undefined) {
      const mine = merge(this.#base, $state.snapshot(this.draft) as D, theirs.draft);
      this.#base = theirs.draft;
      this.#etag = theirs.etag;
      this.draft = mine;
    }
    this.theirs = undefined;
    this.message = "";
  }

  /** Resets the form to the version that was last read or saved. */
  discard(): void {
    this.draft = structuredClone(this.#base);
    this.problems = {};
    this.message = "";
  }

  /** True when it is saved. */
  async save(): Promise<boolean> {
    const early = this.#kind.check?.(this.draft) ?? [];
    if (this.isNew && early.length === 0) {
      const settled = await this.#settle();
      if (settled === undefined) return false;
      early.push(...settled);
    }
    const { store, clock } = this.#app;
    const standing = this.#config.find(this.target);
    const seen = standing && { document: standing.document, now: clock.now };
    const document = this.#kind.write($state.snapshot(this.draft) as D, store, seen);
    if (this.isNew && early.length === 0 && this.#config.find(document.id) !== undefined)
      early.push({ path: "id", mistake: "taken" });
    if (early.length > 0) {
      this.#show(early);
      this.message = this.#summary();
      return false;
    }
    return this.#run(async () => {
      await putDocument(this.#app.api, document, this.#etag);
      this.#base = $state.snapshot(this.draft) as D;
      this.problems = {};
    });
  }

  /** Mistakes in the input; undefined if the check failed, which is shown. */
  async #settle(): Promise<DocumentProblem[] | undefined> {
    const { settle } = this.#kind;
    if (settle === undefined) return [];
    if (this.busy) return undefined;
    this.busy = true;
    try {
      return await settle(this.draft, this.#app.api);
    } catch (error) {
      await this.#failed(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** True if it was deleted. */
  async remove(): Promise<boolean> {
    const etag = this.#etag;
    if (etag === undefined) return false;
    return this.#run(async () => {
      await deleteDocument(this.#app.api, this.target, etag);
      this.#base = $state.snapshot(this.draft) as D;
      this.#etag = undefined;
    });
  }

  async #run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.message = "";
    try {
      await work();
      // The new ETag comes with the documents. If they cannot be loaded now, the document is saved nevertheless.
      await this.#config.load().catch(() => undefined);
      return true;
    } catch (error) {
      await this.#failed(error);
      return false;
    } finally {
      this.busy = false;
      this.follow();
    }
  }

  async #failed(error: unknown): Promise<void> {
    const { problem } = error instanceof ApiError ? error : {};
    if (codeOf(error) === "document-changed") await this.#config.load().catch(() => undefined);
    if (problem?.code === "document-invalid") {
      this.#show(problem.errors ?? []);
      this.message = this.#summary() || describe(error, this.#app.clock.now);
    } else this.message = describe(error, this.#app.clock.now);
  }

  #summary(): string {
    const wrong = Object.keys(this.problems).filter((field) => field !== "").length;
    return wrong === 0 ? "" : t(words.checkFields, { n: wrong });
  }

  /** Problems that belong to no field, in words. */
  get general(): string[] {
    const { draft } = this;
    return [
      ...new Set(
        (this.problems[""] ?? []).flatMap((problem) => sentences([problem], labelOf(draft as Loose, problem.path))),
      ),
    ];
  }

  #show(problems: readonly DocumentProblem[]): void {
    this.problems = byField(problems, (path) => this.#kind.fieldOf(this.draft, path));
  }

  #take(draft: D, etag: string, problems: readonly DocumentProblem[]): void {
    this.#base = draft;
    this.draft = structuredClone(draft);
    this.#etag = etag;
    this.theirs = undefined;
    this.message = "";
    this.#show(problems);
  }
}
