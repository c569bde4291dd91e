import { untrack } from "svelte";
import type { App } from "../lib/app.svelte.ts";
import { saveFile } from "../lib/browser-more.ts";
import { likelyCountry } from "../lib/countries.ts";
import { Switches } from "../lib/staff/switches.svelte.ts";
import { Toasts } from "../lib/staff/toasts.svelte.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { Config } from "./config.svelte.ts";
import { type DrinkDraft, emptyDrink } from "./drink-draft.ts";
import { Editor } from "./editor.svelte.ts";
import type { GroupDraft } from "./group-draft.ts";
import { insightsCsv } from "./insights.ts";
import { drinkKind, optionsKind, staffKind, storeKind } from "./kinds.ts";
import { emptyOptions } from "./options-draft.ts";
import { type Filters, formatRoute, newOptions, parseRoute, type Route } from "./route.ts";
import { emptyStaff, type StaffDraft } from "./staff-draft.ts";
import { type StoreDraft, storeDraft } from "./store-draft.ts";

export type Editing =
  | { kind: "drink"; editor: Editor<DrinkDraft> }
  | { kind: "options"; editor: Editor<GroupDraft> }
  | { kind: "store"; editor: Editor<StoreDraft> }
  | { kind: "staff"; editor: Editor<StaffDraft> };

/** What the admin app is made of: where one is, what is being edited, and what must not be lost. */
export class Desk {
  route = $state.raw<Route>(parseRoute(location.hash));
  editing = $state.raw<Editing>();
  /** What is to be done once somebody says that unsaved changes may go. */
  leaving = $state.raw<() => void>();
  readonly app: App;
  readonly config: Config;
  readonly toasts = new Toasts();
  readonly switches: Switches;

  constructor(app: App) {
    this.app = app;
    this.config = new Config(app);
    this.switches = new Switches(app, (problem) => this.toasts.say(problem), words.slowSwitch);
  }

  get dirty(): boolean {
    return this.editing?.editor.dirty ?? false;
  }

  /** Follows the address, and keeps the page from going with unsaved changes. Returns what ends it. */
  start(): () => void {
    const moved = (): void => this.#moved();
    const unload = (event: BeforeUnloadEvent): void => {
      if (this.dirty) event.preventDefault();
    };
    addEventListener("hashchange", moved);
    addEventListener("beforeunload", unload);
    return () => {
      removeEventListener("hashchange", moved);
      removeEventListener("beforeunload", unload);
    };
  }

  /** Goes there by way of the address. Where changes would be lost it is asked first, and the address stays meanwhile. */
  go(route: Route): void {
    location.hash = formatRoute(route);
  }
  /** Other past orders are looked at. The address follows, so that a reload and a link show them; no step to go back over. */
  find(past: Filters): void {
    this.route = { section: "orders", past };
    history.replaceState(null, "", formatRoute(this.route));
  }
  /** The list that the edited document stands in. */
  back(): void {
    this.go({ section: this.route.section });
  }

  /** Does it at once, or asks first when changes would be lost. */
  leave(then: () => void): void {
    if (this.dirty) this.leaving = then;
    else then();
  }
  /** Lets the unsaved changes go, and does what was to be done. */
  leaveNow(): void {
    const then = this.leaving;
    this.leaving = undefined;
    this.editing = undefined;
    then?.();
  }

  /** Opens the editor that the address asks for, and tells an open one of new versions. To be called in an effect. */
  follow(): void {
    const { section, document } = this.route;
    // Reading them here makes the effect run again each time they were loaded.
    const { loaded, entries: _entries } = this.config;
    untrack(() => {
      if (document === undefined || section === "devices" || section === "stores") this.editing = undefined;
      else if (loaded && this.#isOpen(section, document)) this.editing?.editor.follow();
      else if (loaded) this.editing = this.#edit(section, document);
    });
  }

  /** Has the figures of some days kept as a file, and says so when that fails. */
  async exportFigures(by: "day" | "hour", days: { from: string; to: string } | undefined): Promise<void> {
    if (days === undefined) return;
    const { from, to } = days;
    const name = `crema-${this.app.store}-${from}${to === from ? "" : `-${to}`}-${by}.csv`;
    try {
      if (saveFile(name, await insightsCsv(this.app.api, by, { from, to }), "text/csv")) return;
    } catch {
      // Said below.
    }
    this.toasts.say(words.days.exportFailed);
  }

  #isOpen(section: Route["section"], document: string): boolean {
    const { editing } = this;
    return editing?.editor.target === document && (editing.kind === "staff") === (section === "people");
  }

  #edit(section: Route["section"], document: string): Editing | undefined {
    const { app, config } = this;
    if (document !== "new" && document !== newOptions && config.find(document) === undefined) return undefined;
    if (section === "people")
      return { kind: "staff", editor: new Editor(app, config, staffKind, document, emptyStaff(likelyCountry())) };
    if (document === "store")
      return { kind: "store", editor: new Editor(app, config, storeKind, document, storeDraft({})) };
    if (document === newOptions || document.startsWith("options:"))
      return { kind: "options", editor: new Editor(app, config, optionsKind, document, emptyOptions()) };
    const last = Math.max(0, ...config.drinks.map((entry) => Number(entry.document.position) || 0));
    return { kind: "drink", editor: new Editor(app, config, drinkKind, document, emptyDrink(last + 10)) };
  }

  #moved(): void {
    const wanted = parseRoute(location.hash);
    if (formatRoute(wanted) === formatRoute(this.route)) return;
    const go = (): void => {
      this.route = wanted;
      history.replaceState(null, "", formatRoute(wanted));
    };
    if (this.dirty) history.replaceState(null, "", formatRoute(this.route));
    this.leave(go);
  }
}
