import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keysAddress } from "../../../tools/events/azure-stand.ts";
import { snapshot } from "../../infra/snapshots.ts";
import { Terminal } from "./terminal.ts";

/** Up to where a subscription would be needed: what azd says, and that nobody is signed in. */
const folder = mkdtempSync(join(tmpdir(), "crema-azd-"));
const terminal = new Terminal();
const path = process.env.PATH;
beforeAll(() => {
  process.env.PATH = `${folder}${delimiter}${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
  terminal.close();
});
const skip = process.platform === "win32";

/** An azd that has this environment, and that nobody is signed in to. */
function azd(values: object | undefined): void {
  const file = join(folder, "azd");
  const told =
    values === undefined
      ? "echo 'ERROR: no project exists' >&2; exit 1"
      : `cat <<'JSON'\n${JSON.stringify(values)}\nJSON`;
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = env ]; then\n${told}\nelse\necho 'ERROR: not logged in' >&2; exit 1\nfi\n`,
  );
  chmodSync(file, 0o755);
}

const named = [
  ...[
    "COSMOS_ENDPOINT",
    "EVENT_GRID_ENDPOINT",
    "STORAGE_ACCOUNT_NAME",
    "DEAD_LETTER_CONTAINER",
    "AZURE_RESOURCE_GROUP",
  ],
  ...["AZURE_SUBSCRIPTION_ID", "FUNCTION_APP_NAME", "API_URL"],
];
const address = (name: string) =>
  /ENDPOINT|URL/.test(name) ? `https://${name.toLowerCase().replaceAll("_", "-")}.invalid/` : "x";
const environment = Object.fromEntries(named.map((name) => [name, address(name)]));

test.skipIf(skip)("without azd, or an environment that is deployed, it says what is missing, in one line", async () => {
  azd(undefined);
  expect(await terminal.run("list", "--azure")).toMatchObject({
    code: 1,
    err: ["azd gave no environment: ERROR: no project exists"],
  });
  for (const missing of named.slice(0, 5)) {
    azd({ ...environment, [missing]: undefined });
    const { code, err } = await terminal.run("list", "--azure", "-e", "prod");
    expect([code, err]).toEqual([1, [`${missing} is not in the azd environment; \`azd provision core\` gives it.`]]);
  }
});

test.skipIf(skip).each([["list"], ["dead-letters"], ["inject", "--sample", "order.ready"], ["show", "x"], ["export"]])(
  "%s: who is not signed in is told so, in one line",
  async (...command) => {
    azd(environment);
    const { code, out, err } = await terminal.run(...command, "--azure");
    expect([code, out]).toEqual([1, []]);
    expect(err).toEqual([expect.stringContaining("Nobody is signed in who may reach the stand: `azd auth login`")]);
  },
);

test("what it asks of azd's environment is what the core layer gives, beside what azd itself keeps", () => {
  const given = [...Object.keys(snapshot("lean").outputs ?? {}), "AZURE_SUBSCRIPTION_ID"];
  for (const name of named) expect(given, name).toContain(name);
});

test("the key of the workflows is asked of the app that azd deployed", () => {
  expect(keysAddress((name) => name)).toBe(
    "https://management.azure.com/subscriptions/AZURE_SUBSCRIPTION_ID/resourceGroups/AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/FUNCTION_APP_NAME/host/default/listKeys?api-version=2024-04-01",
  );
});
