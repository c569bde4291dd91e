import { Stand } from "../test/system/stand.ts";
import { attack, inWords } from "./abuse/attack.ts";
import { known, targets } from "./abuse/stand.ts";
import { exitCodeOf, optionsIn, sayUsage, wholeNumber } from "./say-usage.ts";

const usage = `npm run abuse -- [--requests N] [--seed S] [--only N]

Sends requests that nobody should send, to the API by its own description and to every server of the local Azure, and checks
that each is answered as it should be: soon, without an internal error, and without revealing anything.

  --requests N  number of requests (100000)
  --seed S      another seed makes other requests (1)
  --only N      only the N-th request, shown whole`;

async function main(): Promise<number> {
  sayUsage(usage, process.argv.slice(2));
  const values = optionsIn(usage, process.argv.slice(2), {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  });
  const seed = wholeNumber("--seed", values.seed, 0, undefined, usage);
  const some =
    values.only === undefined
      ? { requests: wholeNumber("--requests", values.requests, 1, undefined, usage) }
      : { requests: 1, from: wholeNumber("--only", values.only, 0, undefined, usage) };
  const stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  try {
    const began = performance.now();
    const { requests, statuses, found } = await attack(targets(stand, await known(stand), { api: 7, services: 1 }), {
      seed,
      ...some,
    });
    for (const each of found.slice(0, 40)) process.stdout.write(`${inWords(each)}\n`);
    for (const [target, counts] of statuses) {
      const told = [...counts].sort(([a], [b]) => a - b).map(([status, n]) => `${status || "hung up"}: ${n}`);
      process.stdout.write(`${target.padEnd(12)} ${told.join(", ")}\n`);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `${requests} requests of seed ${seed} in ${seconds} s, ${found.length} not answered as they should be.\n`,
    );
    return found.length === 0 ? 0 : 1;
  } finally {
    await stand.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = exitCodeOf(error);
}
