import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Extension, extensionsFolder, subscriptionsOf } from "../../infra/extensions.ts";
import type { Json } from "../contracts/json-schema.ts";
import { openApiOf } from "../contracts/openapi.ts";
import { withExtensionCosts } from "../costs/extension-rows.ts";
import { root } from "../stand-options.ts";
import { apiOf } from "./operations.ts";
import { withTable } from "./table.ts";

/** Every file that is generated from the extensions, by its path relative to the root. */
export async function generatedFiles(extensions: readonly Extension[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const add = (path: string, value: unknown) => files.set(path, `${JSON.stringify(value, null, 2)}\n`);
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  add("infra/generated/extensions.json", extensions.map(forTemplates));
  const parameters = "infra/core/main.parameters.json";
  files.set(parameters, withSettings(text(parameters), extensions));
  const workflow = ".github/workflows/azure-dev.yml";
  files.set(workflow, withVariables(text(workflow), extensions));
  for (const extension of extensions) {
    const { folder, name, subscriptions } = extension;
    const { operations, schemas } = await apiOf(extension);
    if (operations.length > 0)
      add(`${folder}/generated/openapi.json`, openApiOf(`Crema: ${name}`, operations, schemas));
    if (subscriptions.length > 0) add(`${folder}/generated/asyncapi.json`, asyncApiOf(extension));
  }
  files.set("docs/extensions.md", withTable(text("docs/extensions.md"), extensions));
  const names = extensions.map(({ name }) => name);
  files.set("docs/costs.md", withExtensionCosts(text("docs/costs.md"), names));
  return files;
}

/** Folders of this name in an extension hold generated files only. */
export const generatedFolders = `${extensionsFolder}/*/generated`;

/** The part of the declaration that the templates read. Values of settings are parameters. */
function forTemplates(extension: Extension): Json {
  const { name, default: byDefault, containers, settings } = extension;
  const subscriptions = subscriptionsOf(extension);
  return { name, default: byDefault, containers, subscriptions, settings: settings.map((each) => each.name) };
}

/** The parameters of the core layer, with the settings of extensions on a line of their own. Their values come from azd's environment. */
function withSettings(parameters: string, extensions: readonly Extension[]): string {
  const settings = extensions.flatMap((each) => each.settings);
  const value = Object.fromEntries(settings.map((each) => [each.name, `\${${each.name}=${each.default}}`]));
  const line = settings.length === 0 ? "" : `    "extensionSettings": { "value": ${JSON.stringify(value)} },\n`;
  // The formatter breaks a long line into several.
  const others = parameters.replace(/^ {4}"extensionSettings": (?:.*\},\n|[\s\S]*?^ {4}\},\n)/m, "");
  return others.replace(/^ +"extensions": .*\n/m, (before) => before + line);
}

/**
 * The workflow that deploys, which passes on the settings of extensions from variables of the same names. @throws Error if the workflow has no place
 * for them
 */
function withVariables(workflow: string, extensions: readonly Extension[]): string {
  const place = /^( +)# Settings of extensions: .*\n(?:.*\n)*?(?= +# End of the settings of extensions)/m;
  if (!place.test(workflow)) throw new Error("azure-dev.yml has no place for the settings of extensions.");
  const names = extensions.flatMap(({ settings }) => settings.map(({ name }) => name));
  return workflow.replace(place, (found, indent: string) => {
    const [heading] = found.split("\n");
    return [heading, ...names.map((name) => `${indent}${name}: \${{ vars.${name} }}`), ""].join("\n");
  });
}

/** The events that an extension receives, as AsyncAPI 3; the messages are those in the description of the whole system. */
function asyncApiOf({ name, description, folder, subscriptions }: Extension): Json {
  const up = folder.split("/").map(() => "..");
  const events = `${[...up, ".."].join("/")}/contracts/generated/asyncapi.json`;
  const types = [...new Set(subscriptions.flatMap(({ filter }) => filter.includedEventTypes))].sort();
  return {
    asyncapi: "3.0.0",
    info: { title: `Crema: ${name}`, version: "1.0.0", description },
    defaultContentType: "application/cloudevents+json",
    channels: {
      crema: {
        description: "The Event Grid topic.",
        messages: Object.fromEntries(types.map((type) => [type, { $ref: `${events}#/components/messages/${type}` }])),
      },
    },
    operations: Object.fromEntries(
      subscriptions.map((each) => [
        each.name,
        {
          action: "receive",
          channel: { $ref: "#/channels/crema" },
          messages: each.filter.includedEventTypes.map((type) => ({ $ref: `#/channels/crema/messages/${type}` })),
        },
      ]),
    ),
  };
}
