import type { InvocationContext } from "@azure/functions";
import { type Network, widest } from "../platform/client-address.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { type Counter, giveBack, look, type Taken, take } from "./counter.ts";
import { giveBackForNumber, takeForNumber } from "./number-limit.ts";

const hour = 60 * 60;
const day = 24 * hour;

/** The permission to send a code. */
export interface Allowance {
  /**
   * Reports that the code was not sent. It then does not count, but the pause before the next code to this number remains.
   * @param why `untried`: the pause is removed too; `refused`: the number accepts no messages, which has its own limit for the network and the stand
   */
  unsent(why: "untried" | "failed" | "refused"): Promise<void>;
}

/**
 * Takes one code from each limit: that of the number, of the caller's networks, and of the stand. Only sent codes count. Messages that the SMS service
 * refuses have a separate limit, so that nobody can keep the service busy for nothing. The networks and the stand are checked first, so that a
 * request that they refuse does not touch the number. If a later limit refuses, the units that were already taken are given back.
 * @param by the challenge that the code is for, see {@link takeForNumber}
 * @throws Refusal `resend-too-soon`, `too-many-requests`, `codes-used-up`, `try-again`
 */
export async function takeCode(
  phone: string,
  networks: [Network, ...Network[]],
  log: Pick<InvocationContext, "error" | "warn">,
  by?: string,
): Promise<Allowance> {
  const counters = [...networks.map(ofNetwork), ...ofStand()];
  await Promise.all(counters.map(look));
  const from = widest(networks);
  await takeForNumber(phone, from, by);
  const taken: { counter: Counter; what: Taken }[] = [];
  const giveAllBack = (inVain = false) =>
    Promise.all(
      taken.splice(0).map(async ({ counter, what }) => {
        const vain = await giveBack(counter, what, inVain);
        if (inVain && vain === counter.vain) warnOfVain(counter, what, log);
      }),
    );
  try {
    for (const counter of counters) {
      const what = await take(counter);
      taken.push({ counter, what });
      if (counter.of.startsWith("stand")) warn(counter, what, log);
    }
  } catch (error) {
    await Promise.all([giveAllBack(), giveBackForNumber(phone, from, true)]);
    throw error;
  }
  return {
    unsent: async (why) => {
      await Promise.all([giveAllBack(why === "refused"), giveBackForNumber(phone, from, why === "untried")]);
    },
  };
}

/** The share of the stand's messages that may be about ready orders. The rest is reserved for sign-ins. */
const partOfReady = 0.5;

/** Takes one message about a ready order from the limits of the stand; false if none is left for such messages. */
export async function takeReadyText(): Promise<boolean> {
  const ready = { vain: Number.MAX_SAFE_INTEGER };
  const counters = ofStand().map((counter) => ({ ...counter, ...ready, most: Math.floor(counter.most * partOfReady) }));
  const taken: { counter: Counter; what: Taken }[] = [];
  try {
    for (const counter of counters) taken.push({ counter, what: await take(counter) });
    return true;
  } catch (error) {
    await Promise.all(taken.map(({ counter, what }) => giveBack(counter, what)));
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function ofNetwork({ name, wide }: Network): Counter {
  const refusal = (retryAt: string) =>
    new Refusal(
      "too-many-requests",
      "Too many codes were asked for from your network within an hour. Please try again later.",
      {
        retryAt,
      },
    );
  const most = settings().codesPerAddress * (wide ? 2 : 1);
  return { of: `network ${name}`, most, vain: most, seconds: hour, refusal };
}

/**
 * The stand's limit for refused messages, as a multiple of its limit for sent ones. Refused messages cost nothing. A network's limit for them is the
 * same as for sent ones, so it takes several networks to use up the stand's.
 */
const vainOfStand = 3;

/** The limits for all callers together. The owner pays for each message, and SMS fraud comes from many networks. */
function ofStand(): Counter[] {
  const refusal = (retryAt: string) =>
    new Refusal(
      "codes-used-up",
      "No more codes are sent at the moment, because too many were sent. People who are signed in can go on; please try again later.",
      { retryAt },
    );
  const { codesPerHour, codesPerDay } = settings();
  return [
    { of: "stand hour", most: codesPerHour, vain: vainOfStand * codesPerHour, seconds: hour, refusal },
    { of: "stand day", most: codesPerDay, vain: vainOfStand * codesPerDay, seconds: day, refusal },
  ];
}

/** Logs a warning for the owner, once. */
function warnOfVain(
  { of, seconds, vain }: Counter,
  { endsAt }: Taken,
  log: Pick<InvocationContext, "error" | "warn">,
): void {
  if (!of.startsWith("stand")) {
    log.warn(
      `The SMS service refused ${vain} numbers that one network asked for: it gets no codes until ${new Date(endsAt).toISOString()}. If your customers stand in it, see SMS_FROM in docs/deploy.md.`,
    );
    return;
  }
  log.error(
    `SIGN-IN IS SHUT until ${new Date(endsAt).toISOString()}: the SMS service refused ${vain} numbers within ${seconds === hour ? "an hour" : "a day"}. If those of your customers are among them, see SMS_FROM in docs/deploy.md; if not, someone makes the stand try numbers that it cannot reach.`,
  );
}

/** Logs a warning for the owner once when four fifths are used, and once when all are. */
function warn(
  { most, seconds }: Counter,
  { count, endsAt }: Taken,
  log: Pick<InvocationContext, "error" | "warn">,
): void {
  const [setting, span] = seconds === hour ? ["CODES_PER_HOUR", "an hour"] : ["CODES_PER_DAY", "a day"];
  const until = new Date(endsAt).toISOString();
  if (count === most) {
    log.error(
      `SIGN-IN IS SHUT until ${until}: all ${most} one-time codes of ${span} are sent. If your customers asked for them, raise ${setting}; if not, someone makes the stand send messages: see SMS_COUNTRIES in docs/deploy.md.`,
    );
  } else if (count === Math.ceil(most * 0.8)) {
    log.warn(
      `${count} of ${most} one-time codes of ${span} are sent, until ${until}. At ${most} nobody can sign in anew; ${setting} says how many.`,
    );
  }
}
