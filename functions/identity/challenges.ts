import type { Resource } from "@azure/cosmos";
import type { InvocationContext } from "@azure/functions";
import type { ChallengeReply } from "../../contracts/http.ts";
import type { Network } from "../platform/client-address.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { createNew, patched, removeVersion } from "../platform/writes.ts";
import { takeCode } from "./limits.ts";
import { resendSeconds } from "./number-limit.ts";
import { servedPhone } from "./phone.ts";
import { hashCode, randomCode, randomSecret, sameHash, sha256, tokenOf } from "./secrets.ts";
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
  /** Milliseconds since the epoch. What decides: each write starts the TTL anew. */
  expiresAt: number;
  ttl: number;
}

const idOf = (challenge: string) => `challenge:${sha256(challenge)}`;

/**
 * Sends a code to a number. The answer is the same for every number, known here or not. Asked again with the same challenge, it is the same one: who asks got no answer.
 * @throws Refusal `bad-request`, `number-not-served`, `country-not-served`, `resend-too-soon`, `too-many-requests`, `codes-used-up`, `sms-refused`, `try-again`
 */
export async function startChallenge(
  asked: { phone: string; country?: string | undefined; language?: string | undefined; challenge?: string | undefined },
  networks: [Network, ...Network[]],
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<ChallengeReply> {
  const phone = servedPhone(asked.phone, asked.country, settings().smsCountries);
  const { challenge = randomSecret(), language } = asked;
  if (asked.challenge !== undefined) {
    const before = await read(challenge);
    if (before && before.phone !== phone) throw notFree();
    if (before) return replyOf(challenge, before.expiresAt);
  }
  const allowance = await takeCode(phone, networks, log);
  const code = randomCode();
  const document: ChallengeDocument = {
    id: idOf(challenge),
    kind: "challenge",
    phone,
    codeHash: hashCode(challenge, code),
    attempts: 0,
    expiresAt: Date.now() + goodForSeconds * 1000,
    ttl: goodForSeconds,
  };
  const reply = replyOf(challenge, document.expiresAt);
  try {
    const made = await createNew(await container("identity"), document);
    // Our own is there already at a try whose answer was lost.
    if (!made && (await read(challenge))?.codeHash !== document.codeHash) throw notFree();
    await sendCode({ phone, language }, code, reply.resendAt, log);
  } catch (error) {
    await Promise.all([takeBack(challenge, document), allowance.unsent()]);
    throw error;
  }
  return reply;
}

async function read(challenge: string): Promise<(ChallengeDocument & Resource) | undefined> {
  const id = idOf(challenge);
  return (await (await container("identity")).item(id, id).read<ChallengeDocument>()).resource;
}

/** Forgets a challenge of which no message was sent: asked again, it must not say that one was. */
async function takeBack(challenge: string, { id, codeHash }: ChallengeDocument): Promise<void> {
  const there = await read(challenge);
  if (there?.codeHash === codeHash) await removeVersion(await container("identity"), id, id, there._etag);
}

function notFree(): Refusal {
  const [path, message] = ["challenge", "is that of another sign-in; each needs one of its own"];
  return new Refusal("bad-request", `${path} ${message}`, { errors: [{ path, message }] });
}

function replyOf(challenge: string, expiresAt: number): ChallengeReply {
  return {
    challenge,
    expiresAt: new Date(expiresAt).toISOString(),
    resendAt: new Date(expiresAt - (goodForSeconds - resendSeconds) * 1000).toISOString(),
    now: new Date().toISOString(),
  };
}

/** Who has shown that a number is theirs. */
export interface Answered {
  phone: string;
  /** Of the session that this code opens: the same each time that it is sent. */
  token: string;
  /** Whether nothing was tried with the challenge before, so that there is no such session yet. */
  first: boolean;
}

/**
 * Checks a code. The attempt is counted before the comparison, under a condition, so that guesses made at once cannot share one; the right code counts
 * as well. @throws Refusal `challenge-over`, `wrong-code`
 */
export async function answerChallenge(challenge: string, code: string): Promise<Answered> {
  const id = idOf(challenge);
  const counted = await patched<ChallengeDocument>(await container("identity"), id, id, {
    condition: `FROM c WHERE c.attempts < ${attempts} AND c.expiresAt > ${Date.now()}`,
    operations: [{ op: "incr", path: "/attempts", value: 1 }],
  });
  if (!counted) throw over("This code is over. Please ask for a new one.");
  if (sameHash(counted.codeHash, hashCode(challenge, code)))
    return { phone: counted.phone, token: tokenOf(challenge, code), first: counted.attempts === 1 };
  const attemptsLeft = attempts - counted.attempts;
  // Nothing more can be typed: a screen that left the field open would promise what is not so.
  if (attemptsLeft === 0) throw over("This was not the code, and it was the last try. Please ask for a new one.", 0);
  const hint = `You may try ${attemptsLeft} more ${attemptsLeft === 1 ? "time" : "times"}.`;
  throw new Refusal("wrong-code", `This is not the code that was sent. ${hint}`, { attemptsLeft });
}

function over(detail: string, attemptsLeft?: number): Refusal {
  return new Refusal("challenge-over", detail, attemptsLeft === undefined ? {} : { attemptsLeft });
}
