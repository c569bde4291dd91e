import type { ServerResponse } from "node:http";
import { sendJson } from "../kernel/answers.ts";
import type { Parts } from "../kernel/parts.ts";
import type { Service } from "../recorder/span.ts";
import { delayOf } from "./delays.ts";
import type { ActiveRule } from "./rules.ts";

/**
 * Resolves when the delay of a rule is over: after ms of the machine's time, or in lock step of its time, or when the rule is switched off. Not of the
 * local clock: the clock waits for pending requests, so a response that waited for a held clock would never come.
 */
export const passing = ({ lockStep, faults }: Pick<Parts, "lockStep" | "faults">, rule: ActiveRule): Promise<void> =>
  lockStep ? lockStep.pass(delayOf(rule)) : (faults?.delay(rule) ?? Promise.resolve());

/** Applies the fault that is switched on for a request, if any; otherwise handles the request with `go`. */
export async function meet(
  parts: Parts,
  service: Service,
  operation: string,
  name: string,
  response: ServerResponse,
  go: () => Promise<void>,
): Promise<void> {
  const { faults, recorder } = parts;
  const rule = faults?.take(service, operation, name);
  if (rule === undefined) return go();
  recorder.running?.note({ fault: rule.harm });
  if (rule.harm === "refuse") return refuse(response, rule);
  if (rule.harm === "delay") await passing(parts, rule);
  if (rule.harm === "kill") return die(faults, response);
  if (rule.harm === "lose-answer" || rule.harm === "kill-after") loseAnswer(response);
  const asker = askerOf(response);
  await go();
  if (rule.harm === "kill-after") faults?.kill?.(killed, asker);
}

export const killed = "it was killed on purpose: a fault is switched on";

function die(faults: Parts["faults"], response: ServerResponse): void {
  const asker = askerOf(response);
  response.destroy();
  faults?.kill?.(killed, asker);
}

/** The port of the client. */
const askerOf = ({ req }: ServerResponse): number | undefined => req.socket.remotePort;

function refuse(response: ServerResponse, { status = 503, retryAfter = 1000 }: ActiveRule): void {
  const body = { error: { code: "InjectedFault", message: `Refused on purpose: a fault is switched on (${status}).` } };
  sendJson(response, status, body, status === 429 || status === 503 ? waiting(retryAfter) : {});
}

/** The SDKs read the first; the second is the standard header, in whole seconds. */
const waiting = (retryAfter: number): Record<string, string> => ({
  "retry-after-ms": String(retryAfter),
  "retry-after": String(Math.ceil(retryAfter / 1000)),
});

/** Whatever is answered, the connection breaks instead. */
function loseAnswer(response: ServerResponse): void {
  const lost = () => {
    response.destroy();
    return response;
  };
  response.end = lost as typeof response.end;
  response.write = (() => {
    response.destroy();
    return false;
  }) as typeof response.write;
}
