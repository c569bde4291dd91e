import { spawnSync } from "node:child_process";
import type { TokenCredential } from "@azure/core-auth";
import { CosmosClient } from "@azure/cosmos";
import { EventGridPublisherClient } from "@azure/eventgrid";
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from "@azure/identity";
import { ContainerClient } from "@azure/storage-blob";
import { database } from "../../functions/platform/clients.ts";
import { chosenOf, extensionsIn } from "../../infra/extensions.ts";
import { blobLetters } from "./blob-letters.ts";
import type { Stand, Workflows } from "./stand.ts";
import { subscriptionsWith } from "./targets.ts";

const management = "https://management.azure.com";

/**
 * The stand on Azure in azd's environment. Every service is opened as the user of azd, who was given the roles (docs/security.md), or else of az.
 * @throws Error if azd has no such environment, or nothing is deployed in it
 */
export async function azureStand(storeId: string, environment: string | undefined): Promise<Stand> {
  const values = environmentValues(environment);
  const value = (name: string) => {
    const found = values[name];
    if (found) return found;
    throw new Error(`${name} is not in the azd environment; \`azd provision core\` gives it.`);
  };
  const credential = signedIn();
  const cosmos = new CosmosClient({ endpoint: value("COSMOS_ENDPOINT"), aadCredentials: credential });
  const account = `https://${value("STORAGE_ACCOUNT_NAME")}.blob.core.windows.net/${value("DEAD_LETTER_CONTAINER")}`;
  const names = subscriptionsWith(extensionsIn()).map(({ name }) => name);
  return {
    name: `the stand on Azure in ${value("AZURE_RESOURCE_GROUP")}`,
    storeId,
    container: (name) => cosmos.database(database).container(name),
    topic: new EventGridPublisherClient(value("EVENT_GRID_ENDPOINT"), "CloudEvent", credential),
    deadLetters: blobLetters(new ContainerClient(account, credential), names),
    extensions: async () => chosenOf(extensionsIn(), values.CREMA_EXTENSIONS),
    workflows: async () => {
      const token = await credential.getToken(`${management}/.default`);
      const origin = new URL(value("API_URL")).origin;
      return workflowsKey(origin, keysAddress(value), token?.token ?? "");
    },
    now: async () => Date.now(),
    close: () => cosmos.dispose(),
  };
}

/** The user of azd, or else of az. A failure is one sentence; the SDK's has one for each way to sign in. */
function signedIn(): TokenCredential {
  const credential = new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential());
  return {
    getToken: (scopes, options) =>
      credential.getToken(scopes, options).catch((error: Error) => {
        if (process.env.DEBUG) process.stderr.write(`${error.message}\n`);
        throw new Error(
          "Nobody is signed in who may reach the stand: `azd auth login` as who deployed it (or `az login`).",
        );
      }),
  };
}

/** The values of azd's environment. @throws Error with azd's message */
function environmentValues(environment: string | undefined): Record<string, string> {
  const args = ["env", "get-values", "--output", "json", ...(environment === undefined ? [] : ["-e", environment])];
  const { status, stdout, stderr, error } = spawnSync("azd", args, { encoding: "utf8" });
  if (error) throw new Error(`azd could not be started, which says where the stand on Azure is: ${error.message}`);
  if (status !== 0) {
    const why = stderr.trim().split("\n")[0] || `it ended with ${status}`;
    throw new Error(`azd gave no environment: ${why}`);
  }
  return JSON.parse(stdout) as Record<string, string>;
}

/** The Azure Resource Manager URL of a Functions app's keys. */
export function keysAddress(value: (name: string) => string): string {
  const site = `subscriptions/${value("AZURE_SUBSCRIPTION_ID")}/resourceGroups/${value("AZURE_RESOURCE_GROUP")}/providers/Microsoft.Web/sites/${value("FUNCTION_APP_NAME")}`;
  return `${management}/${site}/host/default/listKeys?api-version=2024-04-01`;
}

/**
 * The extension's system key, which the host created: requested each time with the operator's rights, and never stored. @throws Error with the
 * response
 */
async function workflowsKey(origin: string, address: string, token: string): Promise<Workflows> {
  const response = await fetch(address, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) {
    throw new Error(
      `Azure Resource Manager answered ${response.status} when asked for the key of the workflows; the right to it is Microsoft.Web/sites/host/listkeys/action, which Contributor and Website Contributor have.`,
    );
  }
  const { systemKeys } = (await response.json()) as { systemKeys?: Record<string, string> };
  const key = systemKeys?.durabletask_extension;
  if (!key) throw new Error("The Functions app has no key named durabletask_extension: is the code deployed?");
  return { origin, key };
}
