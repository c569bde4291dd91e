import { SvelteMap } from "svelte/reactivity";
import type { OrderView } from "../../../contracts/order.ts";
import type { App } from "../app.svelte.ts";
import { cancelReasonIn } from "../reasons.ts";
import { Recent } from "../recent.ts";
import { barista as words } from "../strings/barista.ts";
import { t } from "../text.ts";
import { type BarCommand, foreseen, overlay } from "./optimistic.ts";
import { reasonOf } from "./refusal.ts";
import type { Toasts } from "./toasts.svelte.ts";

/** Commands on orders: shown optimistically, and rolled back with the reason if the API refuses. */
export class Commands {
  /** Why the last command on an order failed, by order id. */
  readonly refusals = new SvelteMap<string, string>();
  /** Orders that this screen cancelled: no message about them is needed here. */
  readonly cancelledHere = new Recent<string>();
  readonly #app: App;
  readonly #toasts: Toasts;
  readonly #onDone: ((order: OrderView, command: BarCommand) => void) | undefined;
  readonly #foreseen = new SvelteMap<string, OrderView>();

  /** @param onDone called after the API has accepted a command */
  constructor(app: App, toasts: Toasts, onDone?: (order: OrderView, command: BarCommand) => void) {
    this.#app = app;
    this.#toasts = toasts;
    this.#onDone = onDone;
  }

  /** The orders, with the expected state of those with a command under way. */
  get orders(): OrderView[] {
    return overlay(this.#app.snapshot.orders, this.#foreseen);
  }

  /** Whether a command on the order is under way. */
  busy(orderId: string): boolean {
    return this.#foreseen.has(orderId);
  }

  /** True if the API accepted it. `note`: the reason of a cancellation. */
  async give(order: OrderView, command: Exclude<BarCommand, "collect">, note?: string): Promise<boolean> {
    const { api, clock, session, snapshot } = this.#app;
    if (this.busy(order.id)) return false;
    const me = { id: session.me?.customerId ?? "", name: session.me?.name ?? "" };
    const { token } = session;
    this.refusals.delete(order.id);
    this.#foreseen.set(order.id, foreseen(order, command, me, clock.now));
    if (command === "cancel") this.cancelledHere.add(order.id);
    try {
      const { version } = order;
      const why = note === undefined ? undefined : cancelReasonIn(note);
      const reply = await snapshot.takeReply(
        command === "cancel"
          ? api.cancel(order.id, { version, ...(note !== undefined && { note }), ...(why && { why }) })
          : api.command(order.id, command, version),
      );
      this.#onDone?.(reply.order, command);
      return true;
    } catch (error) {
      this.cancelledHere.delete(order.id);
      // A user who has signed in since did not give this command.
      if (session.token === token) this.refuse(order, error);
      return false;
    } finally {
      this.#foreseen.delete(order.id);
    }
  }

  /** Shows why a command on an order failed. */
  refuse(order: { id: string; number?: number | undefined }, error: unknown): void {
    const { clock } = this.#app;
    const reason = reasonOf(error, clock.now);
    this.refusals.set(order.id, reason);
    setTimeout(() => {
      if (this.refusals.get(order.id) === reason) this.refusals.delete(order.id);
    }, 12_000);
    this.#toasts.say(
      order.number === undefined ? t(words.wentNoNumber, { reason }) : t(words.went, { number: order.number, reason }),
    );
  }
}
