import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allowed } from "./again.ts";
import type { Hearer, SiteConfig, TryIt } from "./lib/config.ts";

/** The settings of a built site at its place. */
export interface StampOptions {
  /** The address of the HTTP API: `https://func-crema.azurewebsites.net/api`. */
  api: string;
  /** The origin of Web PubSub: `wss://crema.webpubsub.azure.com`. */
  push: string;
  /** The store to show if the page's address names none. */
  store: string;
  /** The origin of the site itself, such as https://coffee.example, because link previews need absolute addresses. */
  site: string;
  /** A hint for newcomers on the sign-in pages: only for a stand that was started to try it, never for a deployed one. */
  tryIt?: TryIt;
  /** The extensions that the stand runs with. */
  extensions?: Hearer[];
}

/**
 * Copies the built site into the folder `to` and writes what differs between places: `config.json` for the pages and
 * `staticwebapp.config.json` for Azure Static Web Apps (and its CLI). The previous content of `to` is removed, but only after everything was checked.
 * @throws Error if `api`, `push` or `site` is not an address that pages can reach, or if no site was built into `from`.
 */
export function stampSite(from: string, to: string, options: StampOptions): void {
  const settings = staticWebApp(options);
  if (!existsSync(join(from, "index.html"))) {
    throw new Error(`${from} has no index.html, so there is no site to stamp: build the web apps first.`);
  }
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
  writeFileSync(
    join(to, "config.json"),
    json({
      api: options.api.replace(/\/$/, ""),
      store: options.store,
      ...(options.tryIt && { tryIt: options.tryIt }),
      ...(options.extensions?.length && { extensions: options.extensions }),
    } satisfies SiteConfig),
  );
  const configuration = json(settings);
  writeFileSync(join(to, "staticwebapp.config.json"), configuration);
  for (const name of globSync("**/index.html", { cwd: to })) {
    const page = join(to, name);
    writeFileSync(page, renewed(connected(previewed(readFileSync(page, "utf8"), options), options), configuration));
  }
}

/**
 * Adds a fingerprint of the configuration to a page. Static Web Apps goes on sending the old headers with a page that has not changed, also in full
 * answers, so that a new Content-Security-Policy would come with the next build only.
 * @see https://github.com/Azure/static-web-apps/issues/905
 */
function renewed(page: string, configuration: string): string {
  const fingerprint = createHash("sha256").update(configuration).digest("hex").slice(0, 12);
  return page.replace("</head>", `<meta name="configuration" content="${fingerprint}" /></head>`);
}

/** Adds the origin of the API to a page, so that the browser connects to it while the script is still loading. */
function connected(page: string, options: StampOptions): string {
  const { origin } = addresses(options).api;
  return page.replace("</head>", `<link rel="preconnect" href="${origin}" crossorigin /></head>`);
}

/** Makes the addresses for link previews (Open Graph) absolute. */
function previewed(page: string, { site }: StampOptions): string {
  return page.replace(/(<meta property="og:(?:url|image)" content=")([^"]*)/g, (_, before: string, path: string) => {
    return before + new URL(path, site).href;
  });
}

/**
 * The Content-Security-Policy: the token lives in local storage, so nothing but our own files, and the script in each page, may run.
 * @throws Error if `api` or `push` is not an address that pages can reach
 */
export function contentSecurityPolicy(options: StampOptions): string {
  const { api, push } = addresses(options);
  return [
    "default-src 'none'",
    `script-src 'self' ${allowed}`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${api.origin} ${push.protocol}//${push.host}`,
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    // The policy of Svelte creates elements from the templates of our own build. The other one allows only the address of the service worker.
    "trusted-types svelte-trusted-html service-worker",
  ].join("; ");
}

/** Parses and checks the addresses. @throws Error that says which is wrong, and what would be right */
function addresses({ api, push, site }: StampOptions): { api: URL; push: URL } {
  address("site", site, ["https:", "http:"], "https://coffee.example");
  const read = {
    api: address("api", api, ["https:", "http:"], "https://func-crema.azurewebsites.net/api"),
    push: address("push", push, ["wss:", "ws:"], "wss://crema.webpubsub.azure.com"),
  };
  if (read.api.protocol === "https:" && read.push.protocol === "ws:") {
    throw new Error(
      `push is ${push} while api is ${api}: a page that came by https may not open a ws: connection (mixed content); push must be a wss: address too.`,
    );
  }
  return read;
}

/** Checks the scheme, because `localhost:4281` is a valid URL too, with the scheme `localhost:`. */
function address(name: string, value: string, schemes: string[], example: string): URL {
  const read = URL.canParse(value) ? new URL(value) : undefined;
  if (read !== undefined && schemes.includes(read.protocol)) return read;
  throw new Error(`${name} is "${value}"; it must be a ${schemes.join(" or ")} address, such as ${example}.`);
}

/**
 * Strict-Transport-Security: with https, browsers use nothing else for two years. Subdomains are not included, because those of a custom domain
 * may belong to others. Over plain http the header must be absent. The CLI of Static Web Apps would send its own, for subdomains and with
 * `preload`, unless the value is empty.
 */
function transportSecurity(options: StampOptions): string {
  return addresses(options).api.protocol === "https:" ? "max-age=63072000" : "";
}

/**
 * Hashed files never change, but that one is missing must not be remembered: after a deployment some of Azure's servers still have the previous files for a
 * minute or longer, and their 404 may have the header of the files. So a browser asks whether a file is still right, except just after it was loaded,
 * when the service worker wants it, too. The worker keeps the files for customers. (With `stale-while-revalidate`, Chromium uses an old 404 once more.)
 * @see https://github.com/Azure/static-web-apps/issues/1472
 */
export const ofAssets = "public, max-age=10";

function staticWebApp(options: StampOptions): object {
  return {
    globalHeaders: {
      "strict-transport-security": transportSecurity(options),
      "content-security-policy": contentSecurityPolicy(options),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy":
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), screen-wake-lock=(self)",
      // Pages refer to hashed files, so pages are requested each time.
      "cache-control": "no-cache",
    },
    routes: [
      { route: "/assets/*", headers: { "cache-control": ofAssets } },
      { route: "/config.json", headers: { "cache-control": "no-store" } },
      ...["barista", "display", "admin"].map((app) => ({ route: `/${app}`, rewrite: `/${app}/index.html` })),
      // A link is for those who have it, not for search engines.
      { route: "/journey", rewrite: "/journey/index.html", headers: { "x-robots-tag": "noindex, nofollow" } },
      { route: "/journey/*", headers: { "x-robots-tag": "noindex, nofollow" } },
    ],
    navigationFallback: {
      rewrite: "/index.html",
      exclude: ["/assets/*", "/config.json", "/*.{svg,png,ico,txt,json,js,webmanifest}"],
    },
    mimeTypes: { ".woff2": "font/woff2", ".webmanifest": "application/manifest+json" },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
