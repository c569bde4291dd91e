import { setTimeout } from "node:timers/promises";
import { CosmosClient } from "@azure/cosmos";
import { AzureDeveloperCliCredential } from "@azure/identity";
import { fromEnvironment, runHook } from "./azd.ts";
import { channelWarning } from "./choices.ts";
import { openedMessage, openStore } from "./open-store.ts";

/** After the last layer: gives a new store its first documents, and prints all addresses. */
await runHook(async () => {
  const core = "`azd provision core`";
  const site = fromEnvironment(process.env, "SITE_URL", core);
  const adminPhone = fromEnvironment(process.env, "FIRST_ADMIN_PHONE", core);
  const client = new CosmosClient({
    endpoint: fromEnvironment(process.env, "COSMOS_ENDPOINT", core),
    // The person signed in to azd. The core layer gave them write access to this one container.
    aadCredentials: new AzureDeveloperCliCredential(),
  });
  try {
    const timeZone = process.env.STORE_TIME_ZONE;
    const options = { storeId: "main", adminPhone, ...(timeZone ? { timeZone } : {}) };
    const config = client.database("crema").container("config");
    const isNew = await openStore(config, options, (milliseconds) => setTimeout(milliseconds));
    process.stdout.write(`${openedMessage(isNew, adminPhone)}\n`);
  } finally {
    client.dispose();
  }
  process.stdout.write(`
  Display     ${site}/display
  Barista     ${site}/barista
  Admin       ${site}/admin
  Customer    ${site}/   (open it by scanning the display's code)
`);
  const warning = channelWarning(process.env);
  if (warning) process.stdout.write(warning);
});
