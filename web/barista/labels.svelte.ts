import { mount, tick, unmount } from "svelte";
import type { OrderView } from "../../contracts/order.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept } from "../lib/browser.ts";
import { printedOn, printPage } from "../lib/browser-more.ts";
import LabelSheet from "./LabelSheet.svelte";
import { type LabelText, labelOf, type Paper, pageSize, papers } from "./label.ts";
import type { Names } from "./names.svelte.ts";

const key = "crema.labels";

/** Labels for cups, printed by the browser, with settings of this tablet. */
export class Labels {
  paper = $state<Paper>("62");
  /** Whether *Make* prints a label automatically. */
  onMake = $state(false);
  readonly #app: App;
  readonly #names: Names;
  #waiting: LabelText[] = [];
  #printing = false;
  #clear = (): void => undefined;

  constructor(app: App, names: Names) {
    this.#app = app;
    this.#names = names;
    const { paper, onMake } = (kept(key) ?? {}) as { paper?: unknown; onMake?: unknown };
    this.paper = papers.find((one) => one === paper) ?? "62";
    this.onMake = onMake === true;
  }

  /** Changes the settings, and stores them on this tablet. */
  set(change: { paper?: Paper; onMake?: boolean }): void {
    Object.assign(this, change);
    keep(key, { paper: this.paper, onMake: this.onMake });
  }

  /** Prints one label for each order. Those requested during printing follow afterwards. */
  print(orders: OrderView[]): void {
    const { menu, page } = this.#app.snapshot;
    const store = page?.store.name ?? "";
    this.printThose(orders.map((order) => labelOf(order, { menu, store, name: this.#names.of(order) })));
  }

  /** Prints existing labels, for example one to test the printer. */
  printThose(labels: LabelText[]): void {
    this.#waiting.push(...labels);
    if (!this.#printing) void this.#work();
  }

  /** The browser's dialog blocks the page until it is closed. A browser that prints without one has rendered the page when it returns. */
  async #work(): Promise<void> {
    this.#printing = true;
    while (this.#waiting.length > 0) {
      const labels = this.#waiting.splice(0);
      this.#clear();
      const { paper } = this;
      const sheet = mount(LabelSheet, { target: document.body, props: { labels, paper } });
      await tick();
      await document.fonts?.ready;
      const height = Math.max(0, ...[...document.querySelectorAll(".crema-label")].map((one) => one.scrollHeight));
      const restore = printedOn(pageSize(paper, height));
      // Do not rely on the browser's end of printing: some report it before they have rendered the page. A user who touches the screen has finished
      // with it.
      const over = new AbortController();
      this.#clear = () => {
        this.#clear = () => undefined;
        over.abort();
        restore();
        void unmount(sheet);
      };
      for (const touch of ["pointerdown", "keydown"]) {
        addEventListener(touch, () => this.#clear(), { capture: true, signal: over.signal });
      }
      printPage();
    }
    this.#printing = false;
  }
}
