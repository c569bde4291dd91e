import type { ConfigReply } from "../../contracts/http.ts";
import type { App } from "../lib/app.svelte.ts";
import { askConfig } from "./calls.ts";

export type Entry = ConfigReply["documents"][number];

/** The store's current documents, with their mistakes. */
export class Config {
  entries = $state.raw<Entry[]>([]);
  loaded = $state(false);
  readonly #app: App;
  #latest = 0;
  #loading: Promise<void> | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  get store(): Entry | undefined {
    return this.find("store");
  }
  get drinks(): Entry[] {
    return this.entries.filter(({ document }) => document.id.startsWith("drink:"));
  }
  /** The questions that drinks share. */
  get groups(): Entry[] {
    return this.entries.filter(({ document }) => document.id.startsWith("options:"));
  }
  get people(): Entry[] {
    return this.entries.filter(({ document }) => document.id.startsWith("staff:"));
  }
  get broken(): Entry[] {
    return this.entries.filter(({ problems }) => problems.length > 0);
  }

  /** A document by its id, as it was last loaded. */
  find(documentId: string): Entry | undefined {
    return this.entries.find(({ document }) => document.id === documentId);
  }

  /** Of concurrent loads, the reply to the latest counts, and all of them wait for it. */
  load(): Promise<void> {
    this.#loading = this.#ask(++this.#latest);
    return this.#loading;
  }

  async #ask(turn: number): Promise<void> {
    const { documents } = await askConfig(this.#app.api);
    if (turn !== this.#latest) return this.#loading;
    this.entries = documents;
    this.loaded = true;
  }

  /** After a sign-out no documents remain, and replies still under way are ignored. */
  forget(): void {
    this.#latest++;
    this.#loading = undefined;
    this.entries = [];
    this.loaded = false;
  }
}
