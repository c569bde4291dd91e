import type { InvocationContext } from "@azure/functions";
import type { ChallengeReply } from "../../contracts/http.ts";
import type { Network } from "../platform/client-address.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { patched } from "../platform/writes.ts";
import { takeCode } from "./limits.ts";
import { resendSeconds } from "./number-limit.ts";
import { servedPhone } from "./phone.ts";
import { hashCode, randomCode, randomSecret, sameHash, sha256 } from "./secrets.ts";
import { sendCode } from "./send-code.ts";

const goodForSeconds = 5 * 60;
const attempts = 5;

/** A code that was sent. Neither the code nor the challenge can be told from it. */
interface ChallengeDocument {
  /** `challenge:` and the SHA-256 of the challenge. */
  id: string;
  kind: "challenge";
  phone: string;
  codeHash: string;
  attempts: number;
  used: boolean;
  /** Milliseconds since the epoch. What decides: each write starts the TTL anew. */
  expiresAt: number;
  ttl: number;
}

const idOf = (challenge: string) => `challenge:${sha256(challenge)}`;

/**
 * Sends a code to a number. The answer is the same for every number, known here or not.
 * @throws Refusal `bad-request`, `number-not-served`, `country-not-served`, `resend-too-soon`, `too-many-requests`, `codes-used-up`, `sms-refused`, `try-again`
 */
export async function startChallenge(
  asked: { phone: string; country?: string | undefined; language?: string | undefined },
  networks: [Network, ...Network[]],
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<ChallengeReply> {
  const phone = servedPhone(asked.phone, asked.country, settings().smsCountries);
  const allowance = await takeCode(phone, networks, log);
  const [challenge, code, now] = [randomSecret(), randomCode(), Date.now()];
  const document: ChallengeDocument = {
    id: idOf(challenge),
    kind: "challenge",
    phone,
    codeHash: hashCode(challenge, code),
    attempts: 0,
    used: false,
    expiresAt: now + goodForSeconds * 1000,
    ttl: goodForSeconds,
  };
  const resendAt = new Date(now + resendSeconds * 1000).toISOString();
  try {
    await (await container("identity")).items.create(document);
    await sendCode({ phone, language: asked.language }, code, resendAt, log);
  } catch (error) {
    await allowance.unsent();
    throw error;
  }
  return {
    challenge,
    expiresAt: new Date(document.expiresAt).toISOString(),
    resendAt,
    now: new Date(now).toISOString(),
  };
}

/**
 * Checks a code and uses it up. The attempt is counted before the comparison, under a condition, so that guesses made at once
 * cannot share one. @returns the phone number it was sent to @throws Refusal `challenge-over`, `wrong-code`
 */
export async function answerChallenge(challenge: string, code: string): Promise<string> {
  const open = `c.used = false AND c.expiresAt > ${Date.now()}`;
  const counted = await patch(challenge, {
    condition: `FROM c WHERE c.attempts < ${attempts} AND ${open}`,
    operations: [{ op: "incr", path: "/attempts", value: 1 }],
  });
  if (!sameHash(counted.codeHash, hashCode(challenge, code))) {
    const attemptsLeft = attempts - counted.attempts;
    // Nothing more can be typed: a screen that left the field open would promise what is not so.
    if (attemptsLeft === 0) throw over("This was not the code, and it was the last try. Please ask for a new one.", 0);
    const hint = `You may try ${attemptsLeft} more ${attemptsLeft === 1 ? "time" : "times"}.`;
    throw new Refusal("wrong-code", `This is not the code that was sent. ${hint}`, { attemptsLeft });
  }
  // Of two that come with the right code at once, one gets in.
  await patch(challenge, {
    condition: `FROM c WHERE ${open}`,
    operations: [{ op: "set", path: "/used", value: true }],
  });
  return counted.phone;
}

async function patch(
  challenge: string,
  change: {
    condition: string;
    operations: ({ op: "incr"; path: string; value: number } | { op: "set"; path: string; value: boolean })[];
  },
): Promise<ChallengeDocument> {
  const id = idOf(challenge);
  const document = await patched<ChallengeDocument>(await container("identity"), id, id, change);
  if (document) return document;
  throw over("This code is over or was used. Please ask for a new one.");
}

function over(detail: string, attemptsLeft?: number): Refusal {
  return new Refusal("challenge-over", detail, attemptsLeft === undefined ? {} : { attemptsLeft });
}
