import type { Clock } from "../kernel/clock.ts";
import type { HandlerOutcome } from "./handler-calls.ts";

interface Known {
  allowed: boolean;
  /** Why not, when it is not. */
  why: string;
  /** When to ask again, in ms since the epoch, and the pause before that. */
  next: number;
  pause: number;
  asking: Promise<void> | undefined;
  asked: boolean;
}

const second = 1000;
const longest = 60 * second;

/**
 * Asks each address, before it is sent any event, whether events from here are allowed, as CloudEvents wants it; again after a minute, or after a
 * second and then twice as long each time while they are not. While a later question is open, the answer before it holds.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
export class AbuseProtection {
  readonly #clock: Clock;
  readonly #ask: (method: "OPTIONS" | "GET", url: URL) => Promise<HandlerOutcome>;
  readonly #origins: () => string[];
  readonly #known = new Map<string, Known>();

  /** @param origins what an answer may allow, beside `*`. */
  constructor(
    clock: Clock,
    origins: () => string[],
    ask: (method: "OPTIONS" | "GET", url: URL) => Promise<HandlerOutcome>,
  ) {
    this.#clock = clock;
    this.#origins = origins;
    this.#ask = ask;
  }

  /** Resolves with why an address may not be sent events; with nothing when it may. */
  async refusal(url: URL): Promise<string | undefined> {
    const known = this.#known.get(url.href) ?? {
      allowed: true,
      why: "",
      next: 0,
      pause: second,
      asking: undefined,
      asked: false,
    };
    this.#known.set(url.href, known);
    if (this.#clock.now() >= known.next) {
      known.asking ??= this.#refresh(url, known).finally(() => {
        known.asking = undefined;
      });
    }
    if (!known.asked) await known.asking;
    return known.allowed ? undefined : known.why;
  }

  async #refresh(url: URL, known: Known): Promise<void> {
    let outcome = await this.#ask("OPTIONS", url);
    if ("status" in outcome && outcome.status === 404) outcome = await this.#ask("GET", url);
    const why = this.#whyNot(outcome);
    if (why === undefined) known.pause = longest;
    else known.pause = known.allowed ? second : Math.min(known.pause * 2, longest);
    known.allowed = why === undefined;
    known.why = why ?? "";
    known.asked = true;
    known.next = this.#clock.now() + known.pause;
  }

  #whyNot(outcome: HandlerOutcome): string | undefined {
    if ("failure" in outcome) return `its validation failed: ${outcome.failure}`;
    const { status, headers } = outcome;
    if (status < 200 || status > 299) return `its validation was answered ${status}; it must be 2xx`;
    // Several are several headers: in one, with commas between them, the service knows none.
    const allowed = (headers["webhook-allowed-origin"] ?? []).map((origin) => origin.trim().toLowerCase());
    const own = this.#origins();
    if (allowed.includes("*") || own.some((origin) => allowed.includes(origin.toLowerCase()))) return undefined;
    return `WebHook-Allowed-Origin in the answer to its validation is '${allowed.join("' and '")}'; it must be '*' or '${own[0]}'`;
  }
}
