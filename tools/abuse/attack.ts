import { Agent } from "node:http";
import { Draw } from "./draw.ts";
import { asRaw } from "./raw.ts";
import { type Answered, type Sent, send } from "./sent.ts";

/** A target of requests, and the rules for its responses. */
export interface Attacked {
  name: string;
  origin: URL;
  request(draw: Draw): Sent;
  /** What is wrong with the response. */
  judge(sent: Sent, answered: Answered): string[];
}

export interface Found {
  target: string;
  /** The request's number, which reproduces it together with the seed. */
  n: number;
  wrong: string[];
  sent: Sent;
  answered?: Answered | undefined;
}

export interface Report {
  requests: number;
  /** The number of responses by target and status. */
  statuses: Map<string, Map<number, number>>;
  found: Found[];
}

/** Sends random requests from a seed, several at a time, in sequence for each target; one in fifty is bytes that are no valid request. */
export async function attack(
  targets: readonly Attacked[],
  { seed, requests, from = 0, atOnce = 8 }: { seed: number; requests: number; from?: number; atOnce?: number },
): Promise<Report> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const report: Report = { requests: 0, statuses: new Map(), found: [] };
  let next = from;
  const one = async (n: number) => {
    const target = targets[n % targets.length] as Attacked;
    const draw = new Draw(seed, target.name, n);
    let sent = target.request(draw);
    if (draw.maybe(0.02)) sent = { ...sent, raw: asRaw(sent, target.origin.host, draw) };
    report.requests++;
    try {
      const answered = await send(target.origin, sent, agent);
      const counts = report.statuses.get(target.name) ?? new Map<number, number>();
      report.statuses.set(target.name, counts.set(answered.status, (counts.get(answered.status) ?? 0) + 1));
      const wrong = target.judge(sent, answered);
      if (wrong.length > 0) report.found.push({ target: target.name, n, wrong, sent, answered });
    } catch (error) {
      report.found.push({ target: target.name, n, wrong: [String(error)], sent });
    }
  };
  const worker = async () => {
    while (next < from + requests) await one(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
  return report;
}

/** A finding in one or two lines, with the bytes that were sent. */
export function inWords({ n, target, wrong, sent, answered }: Found): string {
  const { method, path, headers, body, raw } = sent;
  const asked = raw ?? `${method} ${path} ${JSON.stringify(headers)} ${body ?? ""}`;
  const gave = answered === undefined ? "" : `\n    ${answered.status} ${answered.body.slice(0, 300)}`;
  return `${target} ${n}: ${wrong.join("; ")}\n    ${JSON.stringify(asked).slice(0, 900)}${gave}`;
}
