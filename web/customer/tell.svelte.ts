import { onDestroy } from "svelte";
import type { PushKeyReply, PushRequest } from "../../contracts/http.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept, onVisibility } from "../lib/browser.ts";
import {
  askToTell,
  endSubscription,
  type Subscribed,
  subscribed,
  subscribeWith,
  type Telling,
  telling,
} from "../lib/browser-worker.ts";
import { randomKey } from "../lib/random.ts";
import { speech } from "../lib/speech.ts";

const key = "crema.tell";
/** How often (ms) the server's key is requested and the subscription renewed: the server deletes subscriptions that are not renewed. */
const anew = 24 * 60 * 60_000;

/** The decision in this browser. */
interface Decided {
  /** Whether the customer wants notifications. A no is final, until they turn notifications on themselves. */
  wanted: boolean;
  /** The browser's random id. */
  browser: string;
  /** What was last sent to the server, when (ms), and for whom: another customer is asked themselves. */
  sent?: string;
  at?: number;
  customer?: string | undefined;
}

/** Whether this browser notifies the customer of a ready order while the app is not visible, and the customer's decision about that. */
export class Tell {
  /** What the browser supports and allows. */
  can = $state<Telling>("never");
  /** The customer's decision; undefined until they are asked. */
  wanted = $state<boolean>();
  busy = $state(false);
  /** Whether the last attempt to turn it on failed. */
  failed = $state(false);
  readonly #app: Pick<App, "api" | "session" | "clock">;

  /** Create it during a component's initialisation; it ends when the component is destroyed. */
  constructor(app: Pick<App, "api" | "session" | "clock">) {
    this.#app = app;
    this.can = telling();
    const { wanted, customer } = decided() ?? {};
    this.wanted = wanted && customer !== app.session.me?.customerId ? undefined : wanted;
    // The customer may return from the browser's settings, whose changes raise no event.
    onDestroy(
      onVisibility(() => {
        this.can = telling();
      }),
    );
    // While notifications are on, the server has the subscription: also after another sign-in, and with a new key.
    if (this.on) void this.#subscribe().catch(() => undefined);
  }

  get on(): boolean {
    return this.wanted === true && this.can === "granted";
  }

  /** Call this from a user gesture on something that says so: the browser asks for permission then. */
  async turnOn(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failed = false;
    const { session } = this.#app;
    const { token } = session;
    try {
      const can = await askToTell();
      // A user who has signed in since was not asked.
      if (session.token !== token) return;
      this.can = can;
      if (can !== "granted") return this.#decide(false);
      if (await this.#subscribe()) this.#decide(true);
      else this.failed = session.token === token;
    } catch {
      this.failed = session.token === token;
    } finally {
      this.busy = false;
    }
  }

  /** Turns notifications off, and does not ask again. Never rejects: they are off in the browser even if the server cannot be reached. */
  async turnOff(): Promise<void> {
    const browser = decided()?.browser;
    this.#decide(false);
    await endSubscription();
    // If this request fails, the push service will answer the next message with an error for an unknown subscription.
    if (browser)
      await this.#app.api.anywhere("DELETE", `/me/push/${browser}`, { repeatable: true }).catch(() => undefined);
  }

  /** The customer does not want notifications, and is not asked again. */
  decline(): void {
    this.#decide(false);
  }

  #decide(wanted: boolean): void {
    this.wanted = wanted;
    // A no voids what was sent to the server.
    const before = wanted ? decided() : undefined;
    keep(key, { browser: decided()?.browser ?? randomKey(), ...before, wanted } satisfies Decided);
  }

  /**
   * Subscribes, and sends the subscription to the server. False if the browser cannot, or if the customer signs out or says no meanwhile: a yes
   * applies to nobody else, and not after a later no.
   * @throws ApiError, NetworkError
   */
  async #subscribe(): Promise<boolean> {
    const { api, session, clock } = this.#app;
    const { token } = session;
    const { browser = randomKey(), sent, at = 0, wanted } = decided() ?? {};
    const isOver = () => session.token !== token || decided()?.wanted !== wanted;
    const { language } = speech();
    const customer = session.me?.customerId;
    const told = (body: Subscribed) => JSON.stringify([customer, language, body]);
    const found = await subscribed();
    if (found !== undefined && told(found) === sent && clock.now - at < anew) return true;
    const { key: signedWith } = await api.anywhere<PushKeyReply>("GET", "/push-key", { anonymous: true });
    if (isOver()) return false;
    const subscription = await subscribeWith(signedWith);
    if (subscription === undefined) return false;
    if (isOver()) {
      // The sign-out, or the no, ended the subscription of that time. The present user may have one of their own.
      if (!decided()?.wanted) await endSubscription();
      return false;
    }
    const body: PushRequest = { ...subscription, language };
    await api.anywhere("PUT", `/me/push/${browser}`, { body, repeatable: true });
    if (isOver()) return false;
    keep(key, { wanted: true, browser, sent: told(subscription), at: clock.now, customer } satisfies Decided);
    return true;
  }
}

/**
 * Deletes everything about a customer who signs out: this browser gets no notifications about their orders any more, nor those that are on their way.
 * A yes was for that customer only; a no stays.
 */
export async function forgetTold(): Promise<void> {
  if (decided()?.wanted) keep(key, undefined);
  await endSubscription();
}

function decided(): Decided | undefined {
  const found = kept(key) as Decided | undefined;
  return typeof found?.wanted === "boolean" && typeof found.browser === "string" ? found : undefined;
}
