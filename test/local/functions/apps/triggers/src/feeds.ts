import {
  app,
  type CosmosDBv4AllVersionsAndDeletesFunctionOptions,
  CosmosDBv4ChangeFeedMode,
  type CosmosDBv4FunctionOptions,
} from "@azure/functions";

interface Item {
  id: string;
  pk: string;
  n: number;
  fail?: boolean;
}

/** How often a failing item has failed in this run of the application. */
const failures = new Map<string, number>();

function declare(name: string, options: Partial<CosmosDBv4FunctionOptions<Item>>): void {
  app.cosmosDB(name, {
    connection: "COSMOS",
    databaseName: "shop",
    containerName: "items",
    leaseContainerPrefix: name,
    ...options,
    handler: (documents, context) => {
      const items = documents as Item[];
      context.log(`got ${items.map(({ id, n }) => `${id}${n}`).join()} retry ${context.retryContext?.retryCount ?? 0}`);
      for (const { id, fail } of items) {
        if (!fail) continue;
        const before = failures.get(`${name}/${id}`) ?? 0;
        failures.set(`${name}/${id}`, before + 1);
        if (before < 2) throw new Error(`cannot do ${id}`);
      }
    },
  } as CosmosDBv4FunctionOptions<Item>);
}

if (process.env.FEEDS === "versions") {
  const options: CosmosDBv4AllVersionsAndDeletesFunctionOptions<Item> = {
    connection: "COSMOS",
    databaseName: "shop",
    containerName: "items",
    changeFeedMode: CosmosDBv4ChangeFeedMode.AllVersionsAndDeletes,
    handler: (changes, context) => {
      const words = changes.map(
        ({ current, metadata }) => `${metadata?.operationType} ${current?.id ?? metadata?.id}${current?.n ?? ""}`,
      );
      context.log(`got ${words.join()}`);
    },
  };
  app.cosmosDB("versions", options);
} else if (process.env.FEEDS) {
  // As the templates have it; where it is not there it is made.
  declare("plain", process.env.FEEDS === "making" ? { createLeaseContainerIfNotExists: true } : {});
  declare("history", { startFromBeginning: true, maxItemsPerInvocation: 2 });
  declare("patient", { retry: { strategy: "fixedDelay", delayInterval: { seconds: 10 }, maxRetryCount: 5 } });
}
