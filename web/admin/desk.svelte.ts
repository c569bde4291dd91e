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

/** The state of the admin app: the current route, the open editor, and unsaved changes. */
export class Desk {
  route = $state.raw<Route>(parseRoute(location.hash));
  editing = $state.raw<Editing>();
  /** What to do once the user has confirmed that unsaved changes may be lost. */
  leaving = $state.raw<() => void>();
  readonly app: App;
  readonly config: Config;
  readonly toasts = new Toasts();
  readonly switches: Switches;

  constructor(app: App) {
    this.app = app;
    this.config = new Config(app);
    this.switches = new Switches(
      app,
      (problem) => this.toasts.say(problem),
      () => words.slowSwitch,
    );
  }

  get dirty(): boolean {
    return this.editing?.editor.dirty ?? false;
  }

  /** Follows the address, and prevents the page from unloading with unsaved changes. Returns a function that ends it. */
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

  /** Navigates by changing the address. If changes would be lost, it asks first, and the address stays until then. */
  go(route: Route): void {
    location.hash = formatRoute(route);
  }
  /** Changes the filters of past orders. The address follows, for reloads and links, without a new history entry. */
  find(past: Filters): void {
    this.route = { section: "orders", past };
    history.replaceState(null, "", formatRoute(this.route));
  }
  /** Returns to the list of the edited document. */
  back(): void {
    this.go({ section: this.route.section });
  }

  /** Runs `then` at once, or after confirmation if changes would be lost. */
  leave(then: () => void): void {
    if (this.dirty) this.leaving = then;
    else then();
  }
  /** Discards the unsaved changes, and continues. */
  leaveNow(): void {
    const then = this.leaving;
    this.leaving = undefined;
    this.editing = undefined;
    then?.();
  }

  /** Opens the editor for the address, and passes new versions to an open one. Call it in an effect. */
  follow(): void {
    const { section, document } = this.route;
    // Read here, so that the effect runs again after each load.
    const { loaded, entries: _entries } = this.config;
    untrack(() => {
      if (document === undefined || section === "devices" || section === "stores") this.editing = undefined;
      else if (loaded && this.#isOpen(section, document)) this.editing?.editor.follow();
      else if (loaded) this.editing = this.#edit(section, document);
    });
  }

  /** Saves the figures of some days as a file, and shows an error if that fails. */
  async exportFigures(by: "day" | "hour", days: { from: string; to: string } | undefined): Promise<void> {
    if (days === undefined) return;
    const { from, to } = days;
    const name = `crema-${this.app.store}-${from}${to === from ? "" : `-${to}`}-${by}.csv`;
    try {
      if (saveFile(name, await insightsCsv(this.app.api, by, { from, to }), "text/csv")) return;
    } catch {
      // The message follows below.
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
