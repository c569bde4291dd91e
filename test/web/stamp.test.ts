import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentSecurityPolicy, stampSite } from "../../web/stamp.ts";

const place = {
  api: "https://func-crema.azurewebsites.net/api/",
  push: "wss://crema.webpubsub.azure.com/x",
  store: "main",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-stamp-"));
  mkdirSync(join(folder, "built/assets"), { recursive: true });
  writeFileSync(join(folder, "built/index.html"), "<p>site</p>");
  writeFileSync(join(folder, "built/assets/a-123.js"), "1");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (path: string) => JSON.parse(readFileSync(join(folder, "site", path), "utf8"));

test("a stamped site has the built files, its settings, and nothing of an earlier stamp", () => {
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site/old.js"), "old");
  stampSite(join(folder, "built"), join(folder, "site"), place);
  expect(readFileSync(join(folder, "site/assets/a-123.js"), "utf8")).toBe("1");
  expect(() => readFileSync(join(folder, "site/old.js"))).toThrow();
  expect(read("config.json")).toEqual({ api: "https://func-crema.azurewebsites.net/api", store: "main" });
});

test("the policy lets nothing run but the site's own files, and talk to nothing but its API and its push service", () => {
  const policy = Object.fromEntries(
    contentSecurityPolicy(place)
      .split("; ")
      .map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
  );
  expect(policy).toMatchObject({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self' https://func-crema.azurewebsites.net wss://crema.webpubsub.azure.com",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
  });
  expect(contentSecurityPolicy(place)).not.toContain("unsafe");
});

test("hashed files are kept for ever, pages and settings are asked for each time", () => {
  stampSite(join(folder, "built"), join(folder, "site"), place);
  const settings = read("staticwebapp.config.json");
  expect(settings.globalHeaders["cache-control"]).toBe("no-cache");
  const routes = new Map<string, { headers?: Record<string, string>; rewrite?: string }>(
    settings.routes.map((route: { route: string }) => [route.route, route]),
  );
  expect(routes.get("/assets/*")?.headers?.["cache-control"]).toContain("immutable");
  for (const app of ["barista", "display", "admin"]) expect(routes.get(`/${app}`)?.rewrite).toBe(`/${app}/index.html`);
  expect(settings.navigationFallback.exclude).toContain("/assets/*");
});

test("an address that is none, or a push address that is no socket's, is refused before anything is written", () => {
  const into = join(folder, "site");
  expect(() => stampSite(join(folder, "built"), into, { ...place, api: "localhost" })).toThrow();
  expect(() => stampSite(join(folder, "built"), into, { ...place, push: "https://x.test" })).toThrow("wss:");
  expect(() => readFileSync(into)).toThrow();
});
