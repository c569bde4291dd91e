import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { archives } from "../../tools/events/archive.ts";
import { appSettings, coreProfiles, ofType, only, type Resource, snapshot } from "./snapshots.ts";

const everyProfile = [...coreProfiles, "eventing"];
const page = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");

/** What is given to whom, as a row of the table in docs/security.md says it. */
interface Grant {
  identity: string;
  id: string;
  scope: string;
}

const key = ({ identity, id, scope }: Grant) => `${identity} ${id} ${scope}`;
const cells = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("`", ""));

/** The rows of the table of roles: a name with spaces, a GUID, a scope. */
const rows = page
  .split("\n")
  .filter((line) => /^\| `\w+` +\| [^|]+\| `[0-9a-f-]{36}` \|/.test(line))
  .map(cells)
  .map(([identity = "", role = "", id = "", scope = "", when = "", why = ""]) => ({
    identity,
    role,
    id,
    scope,
    when,
    why,
  }));

function grantsOf(profile: string): Grant[] {
  const roles = ofType(profile, "Microsoft.Authorization/roleAssignments").map((resource) => ({
    identity: identityOf(resource),
    id: lastOf(resource.properties?.roleDefinitionId),
    scope: scopeOf(resource.id.split("/providers/Microsoft.Authorization/roleAssignments/")[0] ?? "", profile),
  }));
  const data = ofType(profile, "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments").map((resource) => ({
    identity: identityOf(resource),
    id: lastOf(resource.properties?.roleDefinitionId),
    scope: scopeOf(String(resource.properties?.scope), profile),
  }));
  return [...roles, ...data];
}

function identityOf({ properties }: Resource): string {
  const principal = String(properties?.principalId);
  if (principal.includes("/userAssignedIdentities/")) return "application";
  if (principal.includes("/Microsoft.EventGrid/topics/")) return "topic";
  return principal === "11111111-1111-1111-1111-111111111111" ? "deployer" : principal;
}

const lastOf = (id: unknown) => String(id).split("/").at(-1) ?? "";

/** From the resource group on, with a star for what differs between environments. */
function scopeOf(id: string, profile: string): string {
  const token = only(profile, "Microsoft.Storage/storageAccounts").name.slice("st".length);
  const [, within] = id.split("/providers/");
  return within === undefined ? `all of ${id}` : within.replaceAll(token, "*");
}

const conditions: Record<string, readonly string[]> = {
  always: ["lean", "production", "scheduler"],
  "durableBackend storage": ["lean", "production"],
  "durableBackend scheduler": ["scheduler"],
  "smsChannel sms": ["production"],
};

describe("roles", () => {
  test("the table has rows, each with a known condition and a reason", () => {
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) {
      expect(Object.keys(conditions), row.role).toContain(row.when);
      expect(row.why.length, row.role).toBeGreaterThan(20);
    }
  });

  test.each(coreProfiles)("%s: exactly the assignments of the table in docs/security.md", (profile) => {
    const told = rows.filter(({ when }) => conditions[when]?.includes(profile)).map(key);
    expect(grantsOf(profile).map(key).sort()).toEqual(told.sort());
  });

  test.each(everyProfile)("%s: none on a resource group or a subscription", (profile) => {
    for (const { id } of ofType(profile, "Microsoft.Authorization/roleAssignments")) {
      expect(id).toMatch(
        /\/resourceGroups\/[^/]+\/providers\/.+\/providers\/Microsoft\.Authorization\/roleAssignments\//,
      );
    }
  });

  test("who deploys may read the archive, wherever events are written", () => {
    const reader = "00000000-0000-0000-0000-000000000001";
    const read = rows
      .filter(({ identity, id }) => identity === "deployer" && id === reader)
      .map(({ scope }) => lastOf(scope));
    expect(read.sort()).toEqual([...archives].sort());
  });

  test("the second layer gives none", () => {
    expect(ofType("eventing", "Microsoft.Authorization/roleAssignments")).toEqual([]);
  });
});

describe("keys", () => {
  /** How each type says that only an identity opens it. */
  const off: Record<string, Record<string, unknown>> = {
    "Microsoft.Storage/storageAccounts": {
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      supportsHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
    },
    "Microsoft.DocumentDB/databaseAccounts": {
      disableLocalAuth: true,
      disableKeyBasedMetadataWriteAccess: true,
      minimalTlsVersion: "Tls12",
    },
    "Microsoft.EventGrid/topics": { disableLocalAuth: true, minimumTlsVersionAllowed: "1.2" },
    "Microsoft.SignalRService/webPubSub": { disableLocalAuth: true, disableAadAuth: false },
    "Microsoft.Communication/communicationServices": { disableLocalAuth: true },
    "Microsoft.Insights/components": { DisableLocalAuth: true },
    "Microsoft.OperationalInsights/workspaces": { features: { disableLocalAuth: true } },
    "Microsoft.Web/sites": {
      httpsOnly: true,
      siteConfig: { minTlsVersion: "1.2", scmMinTlsVersion: "1.2", ftpsState: "Disabled" },
    },
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { allow: false },
  };
  /** Types that have no keys of their own; whatever is new must be put here or above. */
  const keyless = [
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Consumption/budgets",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
    "Microsoft.DurableTask/schedulers",
    "Microsoft.DurableTask/schedulers/taskHubs",
    "Microsoft.EventGrid/topics/eventSubscriptions",
    "Microsoft.Insights/actionGroups",
    "Microsoft.Insights/metricAlerts",
    "Microsoft.Insights/scheduledQueryRules",
    "Microsoft.Insights/workbooks",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Resources/resourceGroups",
    "Microsoft.SignalRService/webPubSub/hubs",
    "Microsoft.Storage/storageAccounts/blobServices",
    "Microsoft.Storage/storageAccounts/blobServices/containers",
    "Microsoft.Storage/storageAccounts/managementPolicies",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites/config",
    // Its deployment token cannot be switched off; azd fetches it when it uploads.
    "Microsoft.Web/staticSites",
  ];

  test.each(everyProfile)("%s: switched off on every resource that can have them, TLS 1.2 at least", (profile) => {
    for (const { type, name, properties } of snapshot(profile).predictedResources) {
      if (keyless.includes(type)) continue;
      expect(Object.keys(off), `${name} is of a type that this test does not know`).toContain(type);
      expect(properties, name).toMatchObject(off[type] ?? {});
    }
  });

  test.each(everyProfile)("%s: none in any value, nor anything that reads one", (profile) => {
    const { predictedResources, outputs, diagnostics } = snapshot(profile);
    expect(diagnostics).toEqual([]);
    const text = JSON.stringify({ predictedResources, outputs });
    expect(text).not.toMatch(
      /\blist[A-Z]\w*\(|AccountKey|SharedAccessKey|AccessKey=|[?&]sig=|\bpassword\b|\bsecret\b/i,
    );
    // The one connection string is an address: see docs/security.md.
    expect(text.match(/connection_?string/gi)?.length ?? 0).toBe(profile === "eventing" ? 0 : 2);
  });

  test.each(coreProfiles)("%s: containers are private", (profile) => {
    for (const { properties } of ofType(profile, "Microsoft.Storage/storageAccounts/blobServices/containers")) {
      expect(properties).toMatchObject({ publicAccess: "None" });
    }
  });

  test.each(coreProfiles)("%s: the package is read, and the host works, with the identity", (profile) => {
    const { properties } = only(profile, "Microsoft.Web/sites");
    expect(properties).toMatchObject({
      functionAppConfig: { deployment: { storage: { authentication: { type: "UserAssignedIdentity" } } } },
    });
    for (const name of ["AzureWebJobsStorage__credential", "COSMOS__credential"]) {
      expect(appSettings(profile)[name]).toBe("managedidentity");
    }
  });
});
