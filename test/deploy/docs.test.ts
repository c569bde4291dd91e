import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { extensionsIn } from "../../infra/extensions.ts";
import { root } from "../../tools/stand-options.ts";
import { read } from "./files.ts";

const page = read("docs/deploy.md");

describe("docs/deploy.md", () => {
  test("has every choice with its default, and none that there is not", () => {
    const parameters = read("infra/core/main.parameters.json");
    const choices = [...parameters.matchAll(/\$\{(\w+)(?:=([^}]*))?\}/g)]
      .map(([, name = "", byDefault]) => ({ name, byDefault }))
      .filter(({ name }) => !["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID"].includes(name));
    // Those of extensions are told in the pages of their folders.
    const ofExtensions = extensionsIn().flatMap(({ folder, settings }) =>
      settings.map(({ name }) => ({ folder, name })),
    );
    for (const { folder, name } of ofExtensions) expect(read(`${folder}/README.md`), folder).toContain(`\`${name}\``);
    const own = choices.filter(({ name }) => ofExtensions.every((each) => each.name !== name));
    const rows = new Map(
      [...page.matchAll(/^\| `([A-Z_]+)` *\| *([^|]*?) *\|/gm)].map(([, name = "", byDefault = ""]) => [
        name,
        byDefault,
      ]),
    );
    expect(own.length).toBeGreaterThan(8);
    for (const { name, byDefault } of own) {
      expect([...rows.keys()]).toContain(name);
      if (byDefault) expect(rows.get(name), name).toBe(`\`${byDefault}\``);
    }
    const asked = [
      parameters,
      read("tools/hooks/after-eventing.ts"),
      read("tools/hooks/choices.ts"),
      read("tools/hooks/wrong-choices.ts"),
      read("web/built.ts"),
    ].join("");
    for (const name of rows.keys()) expect(asked).toContain(name);
  });

  test("tells the steps of `azd up`, in their order", () => {
    const told = [...page.matchAll(/^\| `azd ([a-z -]+)` /gm)].map(([, step]) => step);
    expect(told).toEqual(parse(read("azure.yaml")).workflows.up.steps.map(({ azd }: { azd: string }) => azd));
  });

  test("quotes messages of ours as they are", () => {
    const sources = globSync(["tools/**/*.ts", "infra/*.ts"], { cwd: root })
      .map((path) => read(path))
      .join("\n");
    for (const words of [
      "No first admin: run",
      "it must be the first of a month",
      "could not be given its first documents",
      "is not in the azd environment",
      "DURABLE_BACKEND must be",
      "; it must be ",
      "ONE-TIME CODES MAY NOT",
    ]) {
      expect(page).toContain(words);
      expect(sources).toContain(words);
    }
    const sendCode = read("functions/identity/send-code.ts") + read("functions/identity/send-text.ts");
    for (const words of ["The code for", "The SMS service did not take a message"]) {
      expect(page).toContain(words);
      expect(sendCode).toContain(words);
    }
  });

  test("says of each alert what is to be done", () => {
    const alerts = [...read("infra/modules/alerts.bicep").matchAll(/^ {2,4}name: '([\w-]+)'$/gm)];
    expect(alerts.length).toBeGreaterThan(6);
    for (const [, alert = ""] of alerts) expect(page).toContain(`_${alert}_`);
  });

  test("takes everything down by the layer that made the resource group: azd begins with the last one, which takes the group with it, and then fails at the first", () => {
    const [first, ...others] = parse(read("azure.yaml")).infra.layers as { name: string }[];
    expect(others.length).toBeGreaterThan(0);
    const commands = [...page.matchAll(/^azd down.*$/gm)].map(([command]) => command);
    expect(commands).toEqual([`azd down ${first?.name} --purge`]);
  });

  test("asks for the azd that azure.yaml asks for", () => {
    const version = /([\d.]+?)(\.0)?$/.exec(parse(read("azure.yaml")).requiredVersions.azd)?.[1];
    expect(page).toContain(`${version} or later`);
  });
});

test("every function that docs/tour.md names is one", () => {
  const tour = read("docs/tour.md");
  const indexes = globSync(["functions/*/index.ts", "orchestrators/index.ts", "contracts/workflow.ts"], { cwd: root });
  const sources = indexes.map((path) => read(path)).join("\n");
  const named = [...tour.matchAll(/`(codes|orders|outbox)-([a-z]+)`/g)];
  expect(named.length).toBeGreaterThan(10);
  for (const [, service = "", name = ""] of named)
    expect(sources, `${service}-${name}`).toMatch(new RegExp(`"${service}-${name}"|"${name}"`));
});
