import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Extension, hearersOf } from "../../infra/extensions.ts";
import { allowed } from "../../web/again.ts";
import { contentSecurityPolicy, stampSite } from "../../web/stamp.ts";

const place = {
  api: "https://func-crema.azurewebsites.net/api/",
  push: "wss://crema.webpubsub.azure.com/x",
  site: "https://coffee.example",
  store: "main",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-stamp-"));
  mkdirSync(join(folder, "built/assets"), { recursive: true });
  writeFileSync(
    join(folder, "built/index.html"),
    '<head><meta property="og:url" content="/" /><meta property="og:image" content="/icons/share.png" /></head><p>site</p>',
  );
  mkdirSync(join(folder, "built/barista"));
  writeFileSync(join(folder, "built/barista/index.html"), "<head></head>");
  writeFileSync(join(folder, "built/assets/a-123.js"), "1");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (path: string) => JSON.parse(readFileSync(join(folder, "site", path), "utf8"));

/** A folder with what an earlier stamp left. */
function siteOfBefore(): string {
  const into = join(folder, "site");
  mkdirSync(into);
  writeFileSync(join(into, "old.js"), "old");
  return into;
}

test("a stamped site has the built files, its settings, and nothing of an earlier stamp", () => {
  siteOfBefore();
  stampSite(join(folder, "built"), join(folder, "site"), place);
  expect(readFileSync(join(folder, "site/assets/a-123.js"), "utf8")).toBe("1");
  expect(() => readFileSync(join(folder, "site/old.js"))).toThrow();
  expect(read("config.json")).toEqual({ api: "https://func-crema.azurewebsites.net/api", store: "main" });
});

test("what newcomers are told is stamped where a stand is to be tried; a deployed site holds no number", () => {
  const tryIt = {
    people: [{ phone: "+14255550101", name: "Sam", roles: ["barista"] }],
    guest: "+12065550123",
    inbox: "http://localhost:4283/",
  };
  stampSite(join(folder, "built"), join(folder, "site"), { ...place, tryIt });
  expect(read("config.json").tryIt).toEqual(tryIt);
  stampSite(join(folder, "built"), join(folder, "site"), place);
  expect(Object.keys(read("config.json"))).toEqual(["api", "store"]);
});

test("whoever shows a preview of a link finds whole addresses in the page", () => {
  stampSite(join(folder, "built"), join(folder, "site"), place);
  const page = readFileSync(join(folder, "site/index.html"), "utf8");
  expect(page).toContain('<meta property="og:url" content="https://coffee.example/" />');
  expect(page).toContain('<meta property="og:image" content="https://coffee.example/icons/share.png" />');
});

test("every page names its API, so that the browser connects to it before any script asks", () => {
  stampSite(join(folder, "built"), join(folder, "site"), place);
  const link = '<link rel="preconnect" href="https://func-crema.azurewebsites.net" crossorigin />';
  for (const page of ["index.html", "barista/index.html"])
    expect(readFileSync(join(folder, "site", page), "utf8")).toContain(link);
});

test("what a stand runs beside its core is stamped, for the stories that tell who heard", () => {
  const subscription = { name: "club", function: "club", filter: { includedEventTypes: ["crema.order.ready.v1"] } };
  const extensions = hearersOf([{ name: "club", description: "Counts.", subscriptions: [subscription] } as Extension]);
  stampSite(join(folder, "built"), join(folder, "site"), { ...place, extensions });
  expect(read("config.json").extensions).toEqual([
    { name: "club", description: "Counts.", subscriptions: [{ name: "club", types: ["crema.order.ready.v1"] }] },
  ]);
});

test("the policy lets nothing run but the site's own files, and talk to nothing but its API and its push service", () => {
  // Written out whole: a rule more, a rule less or a wider one is a decision, and is to be seen here.
  const policy = [
    "default-src 'none'",
    // The hash is that of the script in each page (web/again.ts).
    `script-src 'self' ${allowed}`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' https://func-crema.azurewebsites.net wss://crema.webpubsub.azure.com",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types svelte-trusted-html service-worker",
  ].join("; ");
  expect(contentSecurityPolicy(place)).toBe(policy);
  stampSite(join(folder, "built"), join(folder, "site"), place);
  expect(read("staticwebapp.config.json").globalHeaders["content-security-policy"]).toBe(policy);
});

test.each([
  ["https://x.test/api", "wss://y.test", "max-age=63072000"],
  // An empty value makes the CLI of Static Web Apps drop the header that it would send by itself.
  ["http://localhost:4281/api", "ws://localhost:4282", ""],
])("with the API at %s and push at %s browsers are told of https: %j", (api, push, header) => {
  stampSite(join(folder, "built"), join(folder, "site"), { ...place, api, push });
  expect(read("staticwebapp.config.json").globalHeaders["strict-transport-security"]).toBe(header);
});

test("a page changes with its headers: of one that has not changed, Azure sends the old ones", () => {
  const pageWith = (push: string) => {
    stampSite(join(folder, "built"), join(folder, "site"), { ...place, push });
    return readFileSync(join(folder, "site/barista/index.html"), "utf8");
  };
  const page = pageWith("wss://crema.webpubsub.azure.com");
  expect(pageWith("wss://other.webpubsub.azure.com")).not.toBe(page);
  expect(pageWith("wss://crema.webpubsub.azure.com")).toBe(page);
});

test("that a hashed file is missing is not remembered; pages and settings are asked for each time", () => {
  stampSite(join(folder, "built"), join(folder, "site"), place);
  const settings = read("staticwebapp.config.json");
  expect(settings.globalHeaders["cache-control"]).toBe("no-cache");
  const routes = new Map<string, { headers?: Record<string, string>; rewrite?: string }>(
    settings.routes.map((route: { route: string }) => [route.route, route]),
  );
  // Azure adds the headers of a route to its 404, too, or may.
  const assets = routes.get("/assets/*")?.headers?.["cache-control"] ?? "";
  expect(assets).not.toMatch(/immutable|stale/);
  expect(Number(/max-age=(\d+)/.exec(assets)?.[1])).toBeLessThanOrEqual(10);
  for (const app of ["barista", "display", "admin"]) expect(routes.get(`/${app}`)?.rewrite).toBe(`/${app}/index.html`);
  expect(settings.navigationFallback.exclude).toContain("/assets/*");
});

test.each([
  ["api", "localhost", 'api is "localhost"; it must be a https: or http: address, such as https://'],
  // An address to `new URL`, of the scheme "localhost:".
  ["api", "localhost:4281", 'api is "localhost:4281"; it must be a https: or http: address'],
  ["api", "", 'api is ""; it must be'],
  ["push", "localhost:4282", 'push is "localhost:4282"; it must be a wss: or ws: address, such as wss://'],
  ["push", "https://x.test", 'push is "https://x.test"; it must be a wss: or ws: address'],
  ["push", "ws://x.test", "mixed content"],
  ["site", "coffee.example", 'site is "coffee.example"; it must be a https: or http: address, such as https://'],
])("%s %j is refused in words, and the site of before stays", (name, value, words) => {
  const into = siteOfBefore();
  expect(() => stampSite(join(folder, "built"), into, { ...place, [name]: value })).toThrow(words);
  expect(readFileSync(join(into, "old.js"), "utf8")).toBe("old");
});

test("a site that was never built is refused, and the site of before stays", () => {
  const into = siteOfBefore();
  expect(() => stampSite(join(folder, "nothing"), into, place)).toThrow("build the web apps first");
  expect(readFileSync(join(into, "old.js"), "utf8")).toBe("old");
});
