import { createHash } from "node:crypto";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StaticWebApp, startStaticWebApp } from "../../local/swa/index.ts";
import { buildWeb, builtSite } from "../../tools/build-web.ts";
import { allowed, script } from "../../web/again.ts";
import { contentSecurityPolicy, stampSite } from "../../web/stamp.ts";
import { problemsOf, schemasAreThere } from "../infra/schemas.ts";
import { coreProfiles, only, snapshot } from "../infra/snapshots.ts";

/** As the first layer's outputs say it, with what Azure makes of its expressions. */
const place = {
  api: "https://func-crema-abc.azurewebsites.net/api",
  push: "wss://wps-crema-abc.webpubsub.azure.com",
  site: "https://coffee.example",
  store: "main",
};
/** As `npm start` stamps it on a machine without certificates. */
const plainPlace = {
  api: "http://localhost:4281/api",
  push: "ws://localhost:4282",
  site: "http://localhost:4280",
  store: "main",
};
const folder = mkdtempSync(join(tmpdir(), "crema-site-"));
const built = join(folder, "built");
let config: Record<string, unknown>;
let plainConfig: Record<string, unknown>;
let site: StaticWebApp;
let plainSite: StaticWebApp;
beforeAll(async () => {
  for (const path of ["", "assets", "barista", "display", "admin"]) mkdirSync(join(built, path), { recursive: true });
  for (const app of [".", "barista", "display", "admin"])
    writeFileSync(join(built, app, "index.html"), `<p>${app}</p>`);
  writeFileSync(join(built, "assets", "app-1a2b.js"), "1");
  writeFileSync(join(built, "sw.js"), "2");
  writeFileSync(join(built, "manifest.webmanifest"), "{}");
  config = stamp("site", place);
  plainConfig = stamp("plain", plainPlace);
  site = await startStaticWebApp({ folder: join(folder, "site"), port: 0 });
  plainSite = await startStaticWebApp({ folder: join(folder, "plain"), port: 0 });
});

/** @returns the settings that were stamped */
function stamp(name: string, options: typeof place): Record<string, unknown> {
  stampSite(built, join(folder, name), options);
  return JSON.parse(readFileSync(join(folder, name, "staticwebapp.config.json"), "utf8"));
}
afterAll(async () => {
  await site.close();
  await plainSite.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!schemasAreThere)("staticwebapp.config.json, by the published schema", () => {
  test("is right", () => {
    expect(problemsOf(config, "staticwebapp.config.json")).toEqual([]);
    expect(problemsOf(plainConfig, "staticwebapp.config.json")).toEqual([]);
  });

  test("a wrong one is refused", () => {
    expect(problemsOf({ ...config, routes: [{ rewrite: "/" }] }, "staticwebapp.config.json")).not.toEqual([]);
  });
});

test("it is no larger than Static Web Apps takes, and names nothing that only the local CLI knows", () => {
  expect(JSON.stringify(config).length).toBeLessThan(20 * 1024);
  expect(Object.keys(config).sort()).toEqual(["globalHeaders", "mimeTypes", "navigationFallback", "routes"]);
});

/** The whole policy, so that nothing is let through unseen. */
const policy = (connect: string) =>
  `default-src 'none'; script-src 'self' ${allowed}; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self' ${connect}; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html service-worker`;
const ofEveryAnswer = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), screen-wake-lock=(self)",
};
const addressesOfPages = ["/", "/barista", "/display", "/admin", "/?code=AB12C", "/some/where"];

describe("served by the Static Web Apps CLI, the same file", () => {
  test.each(addressesOfPages)(
    "%s has every header, and a policy for exactly its API and push service",
    async (path) => {
      const answer = await fetch(site.url + path);
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...ofEveryAnswer,
        "cache-control": "no-cache",
        "content-security-policy": policy(
          "https://func-crema-abc.azurewebsites.net wss://wps-crema-abc.webpubsub.azure.com",
        ),
        "strict-transport-security": "max-age=63072000",
      });
    },
  );

  test.each([...addressesOfPages, "/config.json", "/assets/app-1a2b.js"])(
    "stamped for plain http, %s is not to be asked for by https",
    async (path) => {
      const answer = await fetch(plainSite.url + path);
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...ofEveryAnswer,
        "content-security-policy": policy("http://localhost:4281 ws://localhost:4282"),
      });
      // The CLI has a header of its own, with subdomains and preload; it must not come through.
      expect(answer.headers.get("strict-transport-security")).toBeNull();
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
    expect(script.headers.get("cache-control")).toBe("public, max-age=10");
    // What a route says is beside what all answers have, not in its place.
    for (const answer of [settings, script]) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...ofEveryAnswer,
        "strict-transport-security": "max-age=63072000",
      });
    }
  });

  test("a browser looks for a new service worker each time, and knows a manifest as one", async () => {
    const worker = await fetch(`${site.url}/sw.js`);
    expect(worker.headers.get("cache-control")).toBe("no-cache");
    expect(worker.headers.get("content-type")).toMatch(/javascript/);
    const manifest = await fetch(`${site.url}/manifest.webmanifest`);
    expect(manifest.headers.get("content-type")).toMatch(/^application\/manifest\+json/);
    // A script that is not there is no page: a worker of before would take that for its own.
    expect((await fetch(`${site.url}/old.js`)).status).toBe(404);
  });

  test("the file itself is nobody's business", async () => {
    expect((await fetch(`${site.url}/staticwebapp.config.json`)).status).toBe(404);
  });
});

test("the built pages have no style or handler of their own, and no script but the one that the policy names", () => {
  buildWeb();
  const pages = globSync("**/*.html", { cwd: builtSite }).map((path) => path.replaceAll("\\", "/"));
  expect(pages.sort()).toEqual([
    "admin/index.html",
    "barista/index.html",
    "display/index.html",
    "index.html",
    "journey/index.html",
  ]);
  for (const page of pages) {
    const html = readFileSync(join(builtSite, page), "utf8");
    const scripts = [...html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gis)];
    // It stands before all that it watches.
    const [own, ...others] = scripts;
    expect(own?.[0], page).toBe(`<script>${script}</script>`);
    expect(html.slice(0, own?.index), page).not.toMatch(/<link\b/);
    const hash = createHash("sha256")
      .update(own?.[2] ?? "")
      .digest("base64");
    expect(contentSecurityPolicy(place)).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(others.length, page).toBeGreaterThan(0);
    for (const [whole, attributes = "", content] of others) {
      expect(attributes, whole).toMatch(/\ssrc="\/assets\/[^"]+"/);
      expect(content, whole).toBe("");
    }
    expect(html, page).not.toMatch(/<style\b|\sstyle\s*=|\son\w+\s*=|javascript:/i);
    // Nothing from elsewhere either: everything that a page loads is a file of the site.
    for (const [, address] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) expect(address, page).toMatch(/^\/(?!\/)/);
  }
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
