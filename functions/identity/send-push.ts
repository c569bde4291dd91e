import { buildPushPayload } from "@block65/webcrypto-web-push";
import { settings } from "../platform/settings.ts";
import type { PushKey } from "./push-key.ts";
import { isPushService } from "./push-service.ts";
import type { Subscribed } from "./reach.ts";

/** The result of a message: accepted by the push service; the subscription is gone; or not accepted, with the reason. */
export type Outcome = "taken" | "gone" | { failed: string };

export interface Message {
  data: Record<string, string | number | boolean>;
  /** How long the push service keeps the message for a phone that is off, in seconds. */
  ttl: number;
  /** A newer message with the same topic replaces this one if that was not delivered yet. At most 32 characters. */
  topic: string;
}

/** The time-outs, in ms. Nobody waits for this function, but its running time is paid. */
export interface Patience {
  /** For a response. */
  answer: number;
  /** The pauses before the second and third try. A push service may ask for a longer one, up to the maximum. */
  pauses: number[];
}
const usual: Patience = { answer: 5_000, pauses: [500, 2_000] };
const longestPause = 5_000;

const notNow = (status: number) => status === 429 || status >= 500;

/**
 * Sends a message to one browser, encrypted for it (RFC 8291) and signed with our key (RFC 8292). Retries if the push service is busy or does not
 * respond. Never throws, since no order depends on it.
 */
export async function sendPush(
  { endpoint, keys }: Pick<Subscribed, "endpoint" | "keys">,
  { data, ttl, topic }: Message,
  { publicKey, privateKey }: PushKey,
  { answer, pauses }: Patience = usual,
): Promise<Outcome> {
  const { pushHosts, siteOrigin } = settings();
  // The list of allowed hosts may have changed since the subscription.
  if (!isPushService(endpoint, pushHosts)) return "gone";
  // The contact for the operator of the push service, which accepts no http URL.
  const subject = siteOrigin.replace(/^http:/, "https:");
  try {
    const { headers, body } = await buildPushPayload(
      { data, options: { ttl, topic, urgency: "high" } },
      { endpoint, keys, expirationTime: null },
      { subject, publicKey, privateKey },
    );
    for (let tried = 0; ; tried++) {
      const got = await ask(endpoint, { method: "POST", headers, body, signal: AbortSignal.timeout(answer) });
      if (got.outcome !== undefined) return got.outcome;
      const pause = pauses[tried];
      if (pause === undefined || (got.retryAfter ?? 0) > longestPause) return { failed: got.why };
      await new Promise((resolve) => setTimeout(resolve, got.retryAfter ?? pause));
    }
  } catch (error) {
    // The browser's keys are invalid.
    return { failed: String(error) };
  }
}

interface Answer {
  /** Missing if a retry may succeed. */
  outcome?: Outcome;
  why: string;
  /** In ms. */
  retryAfter?: number;
}

async function ask(endpoint: string, request: RequestInit): Promise<Answer> {
  try {
    // Do not follow redirects, which could lead to any host.
    const response = await fetch(endpoint, { ...request, redirect: "manual" });
    await response.body?.cancel();
    const { ok, status } = response;
    if (ok) return { outcome: "taken", why: "" };
    if (status === 404 || status === 410) return { outcome: "gone", why: "" };
    const why = `its push service answered ${status}`;
    if (!notNow(status)) return { outcome: { failed: why }, why };
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    return { why, ...(Number.isFinite(seconds) && { retryAfter: seconds * 1_000 }) };
  } catch (error) {
    return { why: `its push service did not answer (${(error as Error).name})` };
  }
}
