import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { exitCodeOf, optionsIn, sayUsage } from "./say-usage.ts";
import { root } from "./stand-options.ts";

/** `npm run generate`: regenerates every committed file that is derived from others. Read the difference before you commit it. */

const usage = `npm run generate -- [options]
  --release   the schemas of new events count as released from now on: they may only grow
  --costs     measures what an order costs too, and writes the pages that tell it (half a minute)`;

/** A program that generates some of the files, and their description. */
interface Generator {
  writes: string;
  script: string;
  args?: string[];
}

/** @throws UsageError that says what is wrong and how to correct it */
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
    // The generator's own output above gives the reason. The remaining files are not generated, so that the result is not mistaken for complete.
    if (status !== 0) throw new Error(`tools/${script} did not succeed.`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(exitCodeOf(error));
}
