import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CremaEvent } from "../../contracts/events.ts";
import {
  againFunction,
  againName,
  againSubjects,
  type HearerName,
  hearers,
  hearersIn,
} from "../../contracts/hearers.ts";
import type { OrderView } from "../../contracts/order.ts";
import { replaySubjects, replaysName } from "../../contracts/replay.ts";
import { endedLine, refusedLine } from "../../functions/insights/ended-line.ts";
import { isLive, live, replayTargets } from "../../infra/replays.ts";
import type { RegisteredFunction } from "../../local/functions/protocol.ts";
import { samples } from "../../tools/contracts/samples.ts";
import { resources } from "../../tools/stand-options.ts";
import { registeredFunctions, triggerOf } from "./application.ts";
import { coreProfiles, ofType, only, snapshot } from "./snapshots.ts";

let functions: RegisteredFunction[];
beforeAll(async () => {
  functions = await registeredFunctions();
});
const withTrigger = (type: string) => functions.filter((each) => triggerOf(each).type === type);
const last = (id: unknown) => String(id).split("/").at(-1) ?? "";

const declaredContainers = resources.cosmos?.containers ?? [];
const declaredSubscriptions = resources.eventGrid?.subscriptions ?? [];

/** Whether some path fits both routes: then, on Azure, the names of the functions decide which of them is called. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase().split("/"), other.toLowerCase().split("/")];
  const optional = /[*?]/.test(one + other);
  const fits = (x = "{}", y = "{}") => x === y || x.includes("{") || y.includes("{");
  return (optional || a.length === b.length) && a.every((segment, index) => fits(segment, b[index]));
}

test("no two routes of one method overlap", () => {
  const routes = withTrigger("httpTrigger").map((each) => {
    const { route, methods } = triggerOf(each) as { route?: string; methods?: string[] };
    return { route: route ?? each.name, methods: methods ?? [] };
  });
  expect(routes.length).toBeGreaterThan(20);
  const overlapping = routes.flatMap((one, index) =>
    routes
      .slice(index + 1)
      .filter(({ route, methods }) => methods.some((m) => one.methods.includes(m)) && overlap(one.route, route))
      .map((other) => `${one.route} ${other.route}`),
  );
  expect(overlapping).toEqual([]);
});

describe.each(coreProfiles)("%s: Cosmos DB", (profile) => {
  const type = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases";

  test("the database and every container as declared, and no other", () => {
    expect(only(profile, type).properties).toEqual({ resource: { id: resources.cosmos?.database } });
    const made = ofType(profile, `${type}/containers`).map(({ properties }) => properties?.resource);
    const told = declaredContainers.map(({ id, partitionKey, defaultTtl, uniqueKeys, indexingPolicy }) => ({
      id,
      partitionKey: { kind: "Hash", paths: [partitionKey], version: 2 },
      ...(defaultTtl === undefined ? {} : { defaultTtl }),
      ...(uniqueKeys === undefined ? {} : { uniqueKeyPolicy: { uniqueKeys: uniqueKeys.map((paths) => ({ paths })) } }),
      ...(indexingPolicy === undefined ? {} : { indexingPolicy }),
    }));
    expect(made).toEqual(told);
    expect(made.length).toBeGreaterThan(0);
  });

  // At Session consistency a read is only as new as the session token that comes with it. The JavaScript client sends none unless it is told to, and a
  // token is known to one instance: what another one has written, such as the session of somebody who has just signed in, might not be found.
  test("reads see what any instance has written, as in the local Azure", () => {
    const { consistencyPolicy, locations } = only(profile, "Microsoft.DocumentDB/databaseAccounts").properties ?? {};
    expect(consistencyPolicy).toEqual({ defaultConsistencyLevel: resources.cosmos?.consistency });
    expect(consistencyPolicy).toEqual({ defaultConsistencyLevel: "Strong" });
    // With another region, writes would wait for it.
    expect(locations).toHaveLength(1);
  });

  test("serverless", () => {
    expect(only(profile, "Microsoft.DocumentDB/databaseAccounts").properties).toMatchObject({
      capabilities: [{ name: "EnableServerless" }],
    });
  });
});

test("every container that a trigger reads, or keeps its leases in, is declared", () => {
  const triggers = withTrigger("cosmosDBTrigger").map(triggerOf);
  expect(triggers.length).toBeGreaterThan(0);
  const ids = declaredContainers.map(({ id }) => id);
  for (const trigger of triggers) {
    expect(trigger).toMatchObject({ databaseName: resources.cosmos?.database, createLeaseContainerIfNotExists: false });
    // 60 seconds unless said: so long the feeds stood still on the real host after an instance was killed.
    expect(trigger.leaseExpirationInterval).toBe(30_000);
    expect(ids).toContain(trigger.containerName);
    expect(ids).toContain(trigger.leaseContainerName);
  }
});

describe("Event Grid", () => {
  const made = () => ofType("eventing", "Microsoft.EventGrid/topics/eventSubscriptions");

  test("the subscriptions that the local Azure runs with, filters and retries the same", () => {
    const told = declaredSubscriptions.map((each) => ({ ...each, filter: each.filter ?? {} }));
    const found = made().map(({ name, properties }) => ({
      name: last(name),
      function: last(destinationOf(properties)?.resourceId),
      filter: properties?.filter,
      retry: properties?.retryPolicy,
    }));
    expect(found).toEqual(told);
    expect(found.length).toBeGreaterThan(0);
  });

  test("each goes to a function of the application that has that trigger, and each such function has one", () => {
    const names = withTrigger("eventGridTrigger").map(({ name }) => name);
    expect([...new Set(declaredSubscriptions.map((each) => each.function))].sort()).toEqual(names.sort());
    const live = declaredSubscriptions.filter(isLive).map((each) => each.function);
    expect(live).toEqual([...new Set(live)]);
  });

  test("what one of the services could not take is told again to that one alone, tried as long as it is worth", () => {
    const again = declaredSubscriptions.filter((each) => each.function === againFunction);
    expect(again.map(({ name, filter }) => [name, filter])).toEqual(
      (Object.keys(hearers) as HearerName[]).map((name) => [
        againName(name),
        { subjectBeginsWith: againSubjects(name) },
      ]),
    );
  });

  test("each hears either what happens, or what is told again to one of those by name", () => {
    const [hears, replays] = [
      declaredSubscriptions.filter(isLive),
      declaredSubscriptions.filter((one) => !isLive(one) && one.function !== againFunction),
    ];
    expect(hears.map(live)).toEqual(hears);
    for (const twin of replays) {
      const of = hearersIn(hears).find(({ name }) => replaysName(name) === twin.name);
      const types = new Set(twin.filter?.includedEventTypes);
      for (const type of of?.filter?.includedEventTypes ?? []) expect(types, twin.name).toContain(type);
      const { filter, ...rest } = twin;
      expect(of && { ...rest, filter: { subjectBeginsWith: filter?.subjectBeginsWith } }).toEqual({
        ...of,
        name: twin.name,
        filter: { subjectBeginsWith: replaySubjects(of?.name ?? "") },
      });
    }
    // Nothing is brewed twice, and no screen is told of the past.
    expect([...replayTargets(declaredSubscriptions).keys()]).not.toContain("workflows");
    expect([...replayTargets(declaredSubscriptions).keys()]).not.toContain("publisher");
    expect([...replayTargets(declaredSubscriptions).keys()]).toContain("insights");
  });

  test.each(coreProfiles)("%s: each is of the first layer's topic, app and dead letters", (profile) => {
    const topic = only(profile, "Microsoft.EventGrid/topics");
    const app = only(profile, "Microsoft.Web/sites");
    const storage = only(profile, "Microsoft.Storage/storageAccounts");
    const containers = ofType(profile, "Microsoft.Storage/storageAccounts/blobServices/containers").map((c) =>
      last(c.id),
    );
    expect(topic.properties).toMatchObject({ inputSchema: "CloudEventSchemaV1_0" });
    for (const { id, properties } of made()) {
      expect(id).toMatch(new RegExp(`^${topic.id}/eventSubscriptions/`));
      expect(String(destinationOf(properties)?.resourceId)).toMatch(new RegExp(`^${app.id}/functions/`));
      expect(properties).toMatchObject({
        eventDeliverySchema: "CloudEventSchemaV1_0",
        deadLetterWithResourceIdentity: {
          identity: { type: "SystemAssigned" },
          deadLetterDestination: { properties: { resourceId: storage.id, blobContainerName: "deadletter" } },
        },
      });
    }
    expect(containers).toContain("deadletter");
  });
});

describe.each(coreProfiles)("%s: what else is declared twice", (profile) => {
  test("the hub of Web PubSub, without handlers", () => {
    const hub = only(profile, "Microsoft.SignalRService/webPubSub/hubs");
    expect(last(hub.name)).toBe(resources.webPubSub?.hub);
    expect(hub.properties).toEqual({ anonymousConnectPolicy: "deny", eventHandlers: [] });
  });

  test("the alert on order failures names functions of the application only", () => {
    const list = /OperationName in \(([^)]+)\)/.exec(logRule(profile).query)?.[1] ?? "";
    const named = [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    const known = functions.map(({ name }) => name);
    expect(named.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
    // All that a workflow is made of.
    for (const type of ["orchestrationTrigger", "activityTrigger", "eventGridTrigger"]) {
      for (const { name } of withTrigger(type)) if (name !== "deletions") expect(named).toContain(name);
    }
  });
});

test("what Azure asks the log for is what the application writes", () => {
  const order: OrderView = {
    ...{ id: "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001", storeId: "main", customerId: "customer-0000000001", version: 6 },
    ...{ state: "collected", createdAt: "2026-06-15T10:00:00.000Z", submittedAt: "2026-06-15T10:01:00.000Z" },
    ...{ claimedAt: "2026-06-15T10:03:00.000Z", readyAt: "2026-06-15T10:05:00.000Z" },
    ...{ endedAt: "2026-06-15T10:06:00.000Z", drink: { id: "drink:latte", name: "Latte", icon: "cup" } },
  };
  const refused: OrderView = { ...order, state: "refused", end: { by: "system", reason: "full" } };
  const expired: OrderView = { ...order, state: "expired" };
  delete expired.readyAt;
  const lines = [order, refused, expired].map(endedLine);
  const fields = lines.flatMap((line) => Object.keys(JSON.parse(line)));
  const text = JSON.stringify(snapshot("lean"));
  const asked = [...text.matchAll(/\border\.(\w+)/g)].map(([, field]) => field);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((field) => !fields.includes(field ?? ""))).toEqual([]);
  for (const line of lines) expect(line.startsWith('{"crema":"order-ended"')).toBe(true);
  expect(text).toContain("Message startswith '{");
});

test("the workbook tells of refused scans what the application writes", () => {
  const refused = samples().get("crema.scans.refused.v1") as CremaEvent<"crema.scans.refused.v1">;
  const line = refusedLine(refused.data.refused);
  const { serializedData } = only("lean", "Microsoft.Insights/workbooks").properties as { serializedData: string };
  const { items } = JSON.parse(serializedData) as { items: { name: string; content: { query: string } }[] };
  const query = items.find(({ name }) => name === "refused-scans")?.content.query ?? "";
  const [, begins = "nothing"] = /startswith '([^']+)'/.exec(query) ?? [];
  expect(line.startsWith(begins)).toBe(true);
  const asked = [...query.matchAll(/\bscans\.(\w+)/g)].map(([, field = ""]) => JSON.parse(line)[field]);
  expect(asked).toEqual([refused.data.refused.counts]);
});

interface LogRule {
  description: string;
  windowSize: string;
  evaluationFrequency: string;
  criteria: { allOf: { query: string }[] };
}

/** The one rule that asks the log, and what it asks. */
function logRule(profile: string): { properties: LogRule; query: string } {
  const properties = only(profile, "Microsoft.Insights/scheduledQueryRules").properties as unknown as LogRule;
  return { properties, query: properties.criteria.allOf[0]?.query ?? "" };
}

describe("profiles", () => {
  const scale = (profile: string) => {
    const config = only(profile, "Microsoft.Web/sites").properties?.functionAppConfig;
    return (config as { scaleAndConcurrency: object } | undefined)?.scaleAndConcurrency;
  };

  test("lean: everything free or per use", () => {
    expect(only("lean", "Microsoft.SignalRService/webPubSub").sku?.name).toBe("Free_F1");
    expect(only("lean", "Microsoft.Web/staticSites").sku?.name).toBe("Free");
    expect(scale("lean")).toMatchObject({ alwaysReady: [] });
    expect(ofType("lean", "Microsoft.Communication/communicationServices")).toEqual([]);
    expect(ofType("lean", "Microsoft.DurableTask/schedulers")).toEqual([]);
  });

  test("production: Web PubSub Standard, http and durable kept warm", () => {
    expect(only("production", "Microsoft.SignalRService/webPubSub").sku?.name).toBe("Standard_S1");
    const warm = ["http", "durable"].map((name) => ({ name, instanceCount: 1 }));
    expect(scale("production")).toMatchObject({ alwaysReady: warm });
  });

  test("scheduler: Durable Functions' own service, which lets an identity in from anywhere", () => {
    // An empty list would let nobody in.
    expect(only("scheduler", "Microsoft.DurableTask/schedulers").properties).toMatchObject({
      ipAllowlist: ["0.0.0.0/0"],
    });
  });

  test.each(coreProfiles)("%s: telemetry has a daily cap, alerts stand, and a budget unless it is 0", (profile) => {
    const { workspaceCapping } = only(profile, "Microsoft.OperationalInsights/workspaces").properties as {
      workspaceCapping: { dailyQuotaGb: number };
    };
    expect(workspaceCapping.dailyQuotaGb).toBeGreaterThan(0);
    const alerts = ["metricAlerts", "scheduledQueryRules"].flatMap((type) =>
      ofType(profile, `Microsoft.Insights/${type}`),
    );
    expect(alerts.map(({ name }) => name).sort()).toEqual(["dead-letters", "dropped-events", "something-is-wrong"]);
    for (const { properties } of alerts) expect(JSON.stringify(properties?.actions)).toContain("/actionGroups/");
    expect(ofType(profile, "Microsoft.Consumption/budgets")).toHaveLength(profile === "scheduler" ? 0 : 1);
  });

  // https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update: "must have at least one contact email or contact group".
  test.each(["lean", "production"])(
    "%s: each notification of the budget has an address or a group, as Azure demands",
    (profile) => {
      const { notifications } = only(profile, "Microsoft.Consumption/budgets").properties as {
        notifications: Record<string, { contactEmails: string[]; contactGroups?: string[] }>;
      };
      const group = only(profile, "Microsoft.Insights/actionGroups").id;
      expect(Object.keys(notifications)).not.toEqual([]);
      for (const { contactEmails, contactGroups = [] } of Object.values(notifications)) {
        expect([...contactEmails, ...contactGroups]).toHaveLength(1);
        for (const id of contactGroups) expect(id).toBe(group);
      }
    },
  );

  test("docs/security.md says how long dead letters are kept", () => {
    const policy = JSON.stringify(only("lean", "Microsoft.Storage/storageAccounts/managementPolicies").properties);
    const days = /"daysAfterModificationGreaterThan":(\d+)/.exec(policy)?.[1];
    const page = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");
    expect(page).toMatch(new RegExp(`^\\| dead letters \\(Storage\\) +\\|[^|]+\\| ${days} days`, "m"));
  });

  test.each(coreProfiles)(
    "%s: one rule asks the log for all that may be wrong, and each row of it is an alert",
    (profile) => {
      const { properties, query } = logRule(profile);
      const rows = [...query.matchAll(/bag_pack\('Alert', '([^']+)', 'Failures', Failures(\d)\)/g)].map(
        ([, name, n], at) => {
          expect(Number(n)).toBe(at);
          return name;
        },
      );
      expect(rows).toEqual(["failed-orchestrations", "codes-not-sent", "long-wait", "order-failures", "silence"]);
      // Azure takes no longer one.
      const { description, windowSize, evaluationFrequency } = properties;
      expect(description.length).toBeLessThanOrEqual(2048);
      for (const name of rows) expect(description).toContain(`${name}: `);
      // A row that is not there would say neither that all is well nor that it is not: each has a sum, and none filters it.
      expect(query.match(/\| summarize Failures = (sum\(ItemCount\)|count\(\))\s+\| project All = 1,/g)).toHaveLength(
        rows.length,
      );
      expect(properties.criteria.allOf).toMatchObject([
        { metricMeasureColumn: "Failures", dimensions: [{ name: "Alert", operator: "Include", values: ["*"] }] },
      ]);
      // Each looks back over the time between two looks and a little more, and none further than the window.
      const minutes = [...query.matchAll(/TimeGenerated > ago\((\d+)m\)/g)].map(([, back]) => Number(back));
      expect(minutes).toHaveLength(rows.length - 1);
      const between = Number(/^PT(\d+)M$/.exec(evaluationFrequency)?.[1]);
      for (const back of minutes) expect(back).toBeGreaterThanOrEqual(between + 5);
      expect(windowSize).toBe("P1D");
    },
  );

  test("alerts can be made in a workspace without records, and one tells that there are none any more, whatever the reason", () => {
    const { properties, query } = logRule("lean");
    // Whether a new workspace knows its tables at once is chance; the first `azd up` must not hang on it.
    expect(properties).toMatchObject({ skipQueryValidation: true });
    // Of a shorter window it would not see when the last record came, and take a stand that is made just now for one that has fallen silent.
    const silence =
      /\(\s+AppRequests\s+\| where OperationName == '([^']+)'\s+\| summarize Last = max\(TimeGenerated\)\s+\| where Last < ago\(30m\)/;
    expect(silence.exec(query)?.[1]).toBe("every-minute");
    expect(functions.some(({ name }) => name === "every-minute")).toBe(true);
  });

  test.each(coreProfiles)("%s: the workbook is one that the portal can read", (profile) => {
    const { serializedData, sourceId } = only(profile, "Microsoft.Insights/workbooks").properties as {
      serializedData: string;
      sourceId: string;
    };
    // The portal lists it under this resource and no other: docs/deploy.md says Application Insights.
    expect(sourceId).toBe(only(profile, "Microsoft.Insights/components").id);
    const workbook = JSON.parse(serializedData) as { version: string; items: unknown[] };
    expect(workbook.version).toBe("Notebook/1.0");
    expect(workbook.items.length).toBeGreaterThan(3);
    expect(serializedData).not.toMatch(/WORKSPACE_ID|TOPIC_ID|COSMOS_ID/);
    // Coffees first, then what makes them.
    const names = (workbook.items as { name: string }[]).map(({ name }) => name);
    expect(names.slice(2, 6)).toEqual(["orders-by-ending", "wait", "endings", "refusals"]);
    expect(names.indexOf("functions")).toBeGreaterThan(names.indexOf("drinks"));
  });

  // As the workbooks that the services' own teams publish name them: with the category that the metric has in Azure Monitor, if it has one.
  test("the workbook calls each metric by its namespace, its category and its name", () => {
    const categories: Record<string, string> = {
      "microsoft.eventgrid/topics": "",
      "microsoft.documentdb/databaseaccounts": "Requests",
    };
    const { serializedData } = only("lean", "Microsoft.Insights/workbooks").properties as { serializedData: string };
    const { items } = JSON.parse(serializedData) as {
      items: { content: { metrics?: { namespace: string; metric: string }[] } }[];
    };
    const metrics = items.flatMap(({ content }) => content.metrics ?? []);
    expect(metrics.length).toBeGreaterThan(5);
    for (const { namespace, metric } of metrics)
      expect(metric).toMatch(new RegExp(`^${namespace}-${categories[namespace]}-[A-Z][A-Za-z]+$`));
  });

  test.each(coreProfiles)("%s: names are such as Azure takes", (profile) => {
    for (const { type, name } of snapshot(profile).predictedResources) {
      if (type === "Microsoft.Storage/storageAccounts") expect(name).toMatch(/^[a-z0-9]{3,24}$/);
      if (type === "Microsoft.EventGrid/topics") expect(name).toMatch(/^[A-Za-z0-9-]{3,50}$/);
      if (type === "Microsoft.DocumentDB/databaseAccounts") expect(name).toMatch(/^[a-z0-9-]{3,44}$/);
      if (type === "Microsoft.Web/sites") expect(name).toMatch(/^[a-zA-Z0-9-]{2,60}$/);
      expect(name, type).not.toContain("[");
    }
  });
});

function destinationOf(properties: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return (properties?.destination as { properties?: Record<string, unknown> } | undefined)?.properties;
}
