import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { exitCodeOf, optionsIn, sayUsage } from "./say-usage.ts";
import { root } from "./stand-options.ts";

/** `npm run generate`: writes every file anew that follows from others and is committed all the same. Read the difference before you commit it. */

const usage = `npm run generate -- [options]
  --release   the schemas of new events count as released from now on: they may only grow
  --costs     measures what an order costs too, and writes the pages that tell it (half a minute)`;

/** A program that writes some of them, and what it writes. */
interface Generator {
  writes: string;
  script: string;
  args?: string[];
}

/** @throws UsageError with what was wrong and how it would be right */
function generators(args: string[]): Generator[] {
  const values = optionsIn(usage, args, { release: { type: "boolean" }, costs: { type: "boolean" } });
  return [
    {
      writes: "contracts/generated: JSON Schemas, OpenAPI, AsyncAPI; contracts/samples: an event of each type",
      script: "generate-contracts.ts",
      args: values.release ? ["--release"] : [],
    },
    { writes: "docs/catalogue: events, HTTP, documents, who tells whom", script: "generate-catalogue.ts" },
    {
      writes: "infra/generated, and what else follows from the extensions",
      script: "extensions/generate.ts",
    },
    { writes: "local/local-azure.schema.json", script: "local-azure-schema.ts" },
    { writes: "docs/figures.md and its chart, from docs/figures", script: "figures.ts" },
    { writes: "test/infra/profiles: what the templates would make", script: "bicep/snapshots.ts" },
    ...(values.costs
      ? [
          {
            writes: "docs/costs.md, and its figures in docs/deploy.md, docs/figures.md and README.md",
            script: "costs.ts",
            args: ["--write"],
          },
        ]
      : []),
  ];
}

sayUsage(usage, process.argv.slice(2));
try {
  for (const { writes, script, args = [] } of generators(process.argv.slice(2))) {
    process.stdout.write(`▸ ${writes}\n`);
    const command = [join(root, "tools", script), ...args];
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    // What stands above says why. The others are not written, so that nobody takes them for the whole.
    if (status !== 0) throw new Error(`tools/${script} did not succeed.`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(exitCodeOf(error));
}
