import type { PatchOperation, Resource } from "@azure/cosmos";
import type { InvocationContext } from "@azure/functions";
import type { ChallengeReply } from "../../contracts/http.ts";
import type { Network } from "../platform/client-address.ts";
import { container } from "../platform/clients.ts";
import { Refusal, wrongPart } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { patched, writeOver } from "../platform/writes.ts";
import { takeCode } from "./limits.ts";
import { beingSent, resendSeconds } from "./number-limit.ts";
import { servedPhone } from "./phone.ts";
import { hashCode, randomCode, randomSecret, sameHash, sha256, tokenOf } from "./secrets.ts";
import { sendCode } from "./send-code.ts";
import type { Sent } from "./send-text.ts";

const goodForSeconds = 5 * 60;
const attempts = 5;

/** A requested code. Neither the code, nor the challenge, nor the session token can be derived from the document. */
interface ChallengeDocument {
  /** `challenge:` and the SHA-256 of the challenge. */
  id: string;
  kind: "challenge";
  phone: string;
  codeHash: string;
  /** The salt from which the session token is derived. */
  salt: string;
  /** The result of sending the message; missing while it is being sent, and if the process stopped before recording it. */
  sent?: Sent;
  attempts: number;
  /** A hash of the code that was tried last: trying the same code again is not another attempt. */
  tried: string;
  /** In ms since the epoch. The expiry depends on this, not on the TTL, which each write restarts. */
  expiresAt: number;
  ttl: number;
}

const idOf = (challenge: string) => `challenge:${sha256(challenge)}`;

/**
 * Sends a code to a number. The reply is the same whether the number is known or not. A client that got no reply can repeat the request with its own
 * challenge: it gets the same reply, and no second message. If no message was sent, a request after the resend time tries again.
 * @throws Refusal `bad-request`, `number-not-served`, `country-not-served`, `resend-too-soon`, `too-many-requests`, `codes-used-up`, `sms-refused`, `try-again`
 */
export async function startChallenge(
  asked: { phone: string; country?: string | undefined; language?: string | undefined; challenge?: string | undefined },
  networks: [Network, ...Network[]],
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<ChallengeReply> {
  const phone = servedPhone(asked.phone, asked.country, settings().smsCountries);
  const { challenge = randomSecret(), language } = asked;
  const before = asked.challenge === undefined ? undefined : await read(challenge);
  if (before && stands(before, phone)) return answerOf(before, challenge);

  const [identity, id, code] = [await container("identity"), idOf(challenge), randomCode()];
  const allowance = await takeCode(phone, networks, log, id);
  const document: ChallengeDocument = {
    id,
    kind: "challenge",
    phone,
    codeHash: hashCode(challenge, code),
    salt: randomSecret(),
    attempts: 0,
    tried: "",
    expiresAt: Date.now() + goodForSeconds * 1000,
    ttl: goodForSeconds,
  };
  if (!(await writeOver(identity, id, document, before?._etag))) {
    const there = await read(challenge);
    // It is our own document if the response to an earlier attempt of the write was lost.
    if (there?.codeHash !== document.codeHash) {
      await allowance.unsent("untried");
      throw there && there.phone !== phone ? notFree() : beingSent();
    }
  }
  const sent = await sendCode({ phone, language }, code, log);
  let noted: Awaited<ReturnType<typeof note>> | undefined;
  try {
    noted = await note(document, sent);
    if (noted === "untouched" && sent !== "sent") await allowance.unsent(sent);
  } catch (error) {
    log.warn("What came of a message with a code could not be noted: who asks again is told to wait", error);
  }
  if (noted === "another") throw beingSent();
  return answerOf({ ...document, sent }, challenge);
}

/**
 * Records the result of sending. If no message was sent, it also ends the challenge, so that the code cannot be guessed.
 * @returns `untouched` if no code was tried yet, `tried` if one was, `another` if another message was sent with this challenge since
 */
async function note({ id, codeHash }: ChallengeDocument, sent: Sent): Promise<"untouched" | "tried" | "another"> {
  const identity = await container("identity");
  const operations: PatchOperation[] = [{ op: "set", path: "/sent", value: sent }];
  if (sent !== "sent") operations.push({ op: "set", path: "/attempts", value: attempts });
  const ours = `FROM c WHERE c.codeHash = "${codeHash}"`;
  if (await patched(identity, id, id, { condition: `${ours} AND c.attempts = 0`, operations })) return "untouched";
  return (await patched(identity, id, id, { condition: ours, operations })) ? "tried" : "another";
}

async function read(challenge: string): Promise<(ChallengeDocument & Resource) | undefined> {
  const id = idOf(challenge);
  return (await (await container("identity")).item(id, id).read<ChallengeDocument>()).resource;
}

const resendAt = ({ expiresAt }: ChallengeDocument): number => expiresAt - (goodForSeconds - resendSeconds) * 1000;

/**
 * Whether the result of a challenge is still valid: until the code expires or, if no message was sent, until the resend time.
 * @throws Refusal `bad-request` if the challenge belongs to another number
 */
function stands(document: ChallengeDocument, phone: string): boolean {
  const now = Date.now();
  if (document.expiresAt <= now) return false;
  if (document.phone !== phone) throw notFree();
  return document.sent === "sent" || resendAt(document) > now;
}

/** The reply to the request for a code, from the result of sending. @throws Refusal `try-again`, `sms-refused` */
function answerOf(document: ChallengeDocument, challenge: string): ChallengeReply {
  const { sent, expiresAt } = document;
  const retryAt = new Date(resendAt(document)).toISOString();
  if (sent === undefined) throw beingSent();
  if (sent === "failed")
    throw new Refusal("try-again", "The message could not be sent just now. Please try again in a moment.", {
      retryAt,
    });
  if (sent === "refused")
    throw new Refusal("sms-refused", "No message can be sent to this number. Please check it or use another.");
  const now = new Date().toISOString();
  return { challenge, expiresAt: new Date(expiresAt).toISOString(), resendAt: retryAt, now };
}

function notFree(): Refusal {
  return wrongPart("challenge", "is that of another sign-in; each needs one of its own");
}

/** A person who has proved that a phone number is theirs. */
export interface Answered {
  phone: string;
  /** The token of the session that this code opens; the same for each request with the code. */
  token: string;
}

/**
 * Checks a code. The attempt is counted before the comparison, with a conditional write, so that concurrent guesses cannot share an attempt. Repeating
 * the last code is not another attempt, since its reply may have been lost. @throws Refusal `challenge-over`, `wrong-code`
 */
export async function answerChallenge(challenge: string, code: string): Promise<Answered> {
  const id = idOf(challenge);
  const [guess, now] = [hashCode(challenge, code), Date.now()];
  const counted = await patched<ChallengeDocument>(await container("identity"), id, id, {
    condition: `FROM c WHERE c.attempts < ${attempts} AND c.expiresAt > ${now} AND c.tried <> "${guess}"`,
    operations: [
      { op: "incr", path: "/attempts", value: 1 },
      { op: "set", path: "/tried", value: guess },
    ],
  });
  const judged = counted ?? (await read(challenge));
  if (!judged || judged.expiresAt <= now || judged.tried !== guess)
    throw over("This code has expired. Please ask for a new one.");
  if (sameHash(judged.codeHash, guess)) return { phone: judged.phone, token: tokenOf(challenge, code, judged.salt) };
  const attemptsLeft = attempts - judged.attempts;
  // No attempt is left. If the screen left the field open, it would promise another one.
  if (attemptsLeft === 0) throw over("This was not the code, and it was the last try. Please ask for a new one.", 0);
  const hint = `You may try ${attemptsLeft} more ${attemptsLeft === 1 ? "time" : "times"}.`;
  throw new Refusal("wrong-code", `This is not the code that was sent. ${hint}`, { attemptsLeft });
}

function over(detail: string, attemptsLeft?: number): Refusal {
  return new Refusal("challenge-over", detail, attemptsLeft === undefined ? {} : { attemptsLeft });
}
