import { buildPushPayload } from "@block65/webcrypto-web-push";
import { settings } from "../platform/settings.ts";
import type { PushKey } from "./push-key.ts";
import { isPushService } from "./push-service.ts";
import type { Subscribed } from "./reach.ts";

/** What came of a message: the push service took it; it knows the subscription no more; or it did not take it, and why. */
export type Outcome = "taken" | "gone" | { failed: string };

export interface Message {
  data: Record<string, string | number | boolean>;
  /** How long the push service keeps it for a phone that is off, in seconds. */
  ttl: number;
  /** A newer message with the same one takes the place of this, where it was not delivered yet. 32 characters at most. */
  topic: string;
}

/** How patient we are, in ms: nobody waits for us, but what runs is paid for. */
export interface Patience {
  /** For an answer. */
  answer: number;
  /** Before the second and the third try. A push service may ask for more, up to the longest. */
  pauses: number[];
}
const usual: Patience = { answer: 5_000, pauses: [500, 2_000] };
const longestPause = 5_000;

const notNow = (status: number) => status === 429 || status >= 500;

/**
 * Sends a message to one browser: encrypted for it alone (RFC 8291), signed with our key (RFC 8292). Tried again where the push service is busy or
 * does not answer. Throws nothing: nobody's order depends on it.
 */
export async function sendPush(
  { endpoint, keys }: Pick<Subscribed, "endpoint" | "keys">,
  { data, ttl, topic }: Message,
  { publicKey, privateKey }: PushKey,
  { answer, pauses }: Patience = usual,
): Promise<Outcome> {
  const { pushHosts, siteOrigin } = settings();
  // The list may have been another one when it was subscribed.
  if (!isPushService(endpoint, pushHosts)) return "gone";
  // Whom the push service turns to if something is wrong; it takes no address of another scheme.
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
    // What a browser gave as its keys are none.
    return { failed: String(error) };
  }
}

interface Answer {
  /** Missing where another try may be worth it. */
  outcome?: Outcome;
  why: string;
  /** In ms. */
  retryAfter?: number;
}

async function ask(endpoint: string, request: RequestInit): Promise<Answer> {
  try {
    // It says where to send, and no other address: a redirect could lead anywhere.
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
