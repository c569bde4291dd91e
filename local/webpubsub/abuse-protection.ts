import type { Clock } from "../kernel/clock.ts";
import type { HandlerOutcome } from "./handler-calls.ts";

interface Known {
  allowed: boolean;
  /** The reason of a refusal. */
  why: string;
  /** When to validate again, in ms since the epoch, and the preceding pause. */
  next: number;
  pause: number;
  asking: Promise<void> | undefined;
  asked: boolean;
}

const second = 1000;
const longest = 60 * second;

/**
 * Validates each address before it receives events, as the CloudEvents abuse protection requires. Repeats it after a minute, or while refused after a
 * second and then with doubling pauses. While a repeated request is pending, the previous result applies.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
export class AbuseProtection {
  readonly #clock: Clock;
  readonly #ask: (method: "OPTIONS" | "GET", url: URL) => Promise<HandlerOutcome>;
  readonly #origins: () => string[];
  readonly #known = new Map<string, Known>();

  /** @param origins the origins that a response may allow, besides `*`. */
  constructor(
    clock: Clock,
    origins: () => string[],
    ask: (method: "OPTIONS" | "GET", url: URL) => Promise<HandlerOutcome>,
  ) {
    this.#clock = clock;
    this.#origins = origins;
    this.#ask = ask;
  }

  /** Resolves with the reason why an address may not receive events; with nothing if it may. */
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
    // Several origins are several headers: the service does not recognize a comma-separated list.
    const allowed = (headers["webhook-allowed-origin"] ?? []).map((origin) => origin.trim().toLowerCase());
    const own = this.#origins();
    if (allowed.includes("*") || own.some((origin) => allowed.includes(origin.toLowerCase()))) return undefined;
    return `WebHook-Allowed-Origin in the answer to its validation is '${allowed.join("' and '")}'; it must be '*' or '${own[0]}'`;
  }
}
