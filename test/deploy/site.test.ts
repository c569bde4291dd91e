import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StaticWebApp, startStaticWebApp } from "../../local/swa/index.ts";
import { contentSecurityPolicy, stampSite } from "../../web/stamp.ts";
import { problemsOf, schemasAreThere } from "../infra/schemas.ts";
import { coreProfiles, only, snapshot } from "../infra/snapshots.ts";

/** As the first layer's outputs say it, with what Azure makes of its expressions. */
const place = {
  api: "https://func-crema-abc.azurewebsites.net/api",
  push: "wss://wps-crema-abc.webpubsub.azure.com",
  store: "main",
};
const folder = mkdtempSync(join(tmpdir(), "crema-site-"));
const stamped = join(folder, "site");
let config: Record<string, unknown>;
let site: StaticWebApp;
beforeAll(async () => {
  const built = join(folder, "built");
  for (const path of ["", "assets", "barista", "display", "admin"]) mkdirSync(join(built, path), { recursive: true });
  for (const app of [".", "barista", "display", "admin"])
    writeFileSync(join(built, app, "index.html"), `<p>${app}</p>`);
  writeFileSync(join(built, "assets", "app-1a2b.js"), "1");
  stampSite(built, stamped, place);
  config = JSON.parse(readFileSync(join(stamped, "staticwebapp.config.json"), "utf8"));
  site = await startStaticWebApp({ folder: stamped, port: 0 });
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!schemasAreThere)("staticwebapp.config.json, by the published schema", () => {
  test("is right", () => {
    expect(problemsOf(config, "staticwebapp.config.json")).toEqual([]);
  });

  test("a wrong one is refused", () => {
    expect(problemsOf({ ...config, routes: [{ rewrite: "/" }] }, "staticwebapp.config.json")).not.toEqual([]);
  });
});

test("it is no larger than Static Web Apps takes, and names nothing that only the local CLI knows", () => {
  expect(JSON.stringify(config).length).toBeLessThan(20 * 1024);
  expect(Object.keys(config).sort()).toEqual(["globalHeaders", "mimeTypes", "navigationFallback", "routes"]);
});

describe("served by the Static Web Apps CLI, the same file", () => {
  const required = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
  };

  test.each(["/", "/barista", "/display", "/admin", "/?code=AB12C", "/some/where"])(
    "%s has every header, and a policy for exactly its API and push service",
    async (path) => {
      const answer = await fetch(site.url + path);
      expect(answer.status).toBe(200);
      for (const [name, value] of Object.entries(required)) expect(answer.headers.get(name), name).toBe(value);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toBe(contentSecurityPolicy(place));
      expect(policy).toContain(
        "connect-src 'self' https://func-crema-abc.azurewebsites.net wss://wps-crema-abc.webpubsub.azure.com;",
      );
      expect(answer.headers.get("permissions-policy")).toContain("camera=()");
    },
  );

  test("each app at its address, and the addresses for the pages", async () => {
    for (const app of ["barista", "display", "admin"]) {
      expect(await (await fetch(`${site.url}/${app}`)).text()).toBe(`<p>${app}</p>`);
    }
    const settings = await fetch(`${site.url}/config.json`);
    expect(settings.headers.get("cache-control")).toBe("no-store");
    expect(await settings.json()).toEqual({ api: place.api, store: "main" });
    const script = await fetch(`${site.url}/assets/app-1a2b.js`);
    expect(script.headers.get("cache-control")).toContain("immutable");
  });

  test("the file itself is nobody's business", async () => {
    expect((await fetch(`${site.url}/staticwebapp.config.json`)).status).toBe(404);
  });
});

test.each(coreProfiles)(
  "%s: the first layer tells the address of the API, and where live messages come from",
  (profile) => {
    const outputs = snapshot(profile).outputs as Record<string, string>;
    const app = only(profile, "Microsoft.Web/sites");
    const push = only(profile, "Microsoft.SignalRService/webPubSub");
    expect(outputs.API_URL).toContain("{0}/api");
    expect(outputs.API_URL).toContain(`${app.id}'`);
    expect(outputs.PUSH_URL).toContain("wss://{0}");
    expect(outputs.PUSH_URL).toContain(`${push.id}'`);
  },
);
