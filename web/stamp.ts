import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hearer, SiteConfig, TryIt } from "./lib/config.ts";

/** What a built site is told about where it stands. */
export interface StampOptions {
  /** Address of the HTTP API: `https://func-crema.azurewebsites.net/api`. */
  api: string;
  /** Origin of Web PubSub: `wss://crema.webpubsub.azure.com`. */
  push: string;
  /** The store shown when the page's address names none. */
  store: string;
  /** Origin of the site itself, such as https://coffee.example: whoever shows a preview of a link wants whole addresses. */
  site: string;
  /** What the sign-in pages tell newcomers: where a stand is started to be tried, and never where it is deployed. */
  tryIt?: TryIt;
  /** The extensions that the stand runs with. */
  extensions?: Hearer[];
}

/**
 * Copies the built site into the folder `to` and writes what differs between places: `config.json` for the pages and
 * `staticwebapp.config.json` for Azure Static Web Apps (and its CLI). What is in `to` goes, but only once all else is known to be right.
 * @throws Error when `api`, `push` or `site` is not an address that pages can reach, or no site was built into `from`.
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
  writeFileSync(join(to, "staticwebapp.config.json"), json(settings));
  for (const name of globSync("**/index.html", { cwd: to })) {
    const page = join(to, name);
    writeFileSync(page, connected(previewed(readFileSync(page, "utf8"), options), options));
  }
}

/** The page with the origin of its API: the browser connects to it while the script is still on its way. */
function connected(page: string, options: StampOptions): string {
  const { origin } = addresses(options).api;
  return page.replace("</head>", `<link rel="preconnect" href="${origin}" crossorigin /></head>`);
}

/** The page with whole addresses for those who show a preview of it (Open Graph). */
function previewed(page: string, { site }: StampOptions): string {
  return page.replace(/(<meta property="og:(?:url|image)" content=")([^"]*)/g, (_, before: string, path: string) => {
    return before + new URL(path, site).href;
  });
}

/**
 * The Content-Security-Policy: the token lives in local storage, so nothing but our own files may run.
 * @throws Error when `api` or `push` is not an address that pages can reach
 */
export function contentSecurityPolicy(options: StampOptions): string {
  const { api, push } = addresses(options);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${api.origin} ${push.protocol}//${push.host}`,
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    // Svelte's policy makes elements from the templates of our own build; the other knows the address of the service worker, and no second one.
    "trusted-types svelte-trusted-html service-worker",
  ].join("; ");
}

/** Both addresses, read and checked, and that of the site. @throws Error that says which is wrong, and what would be right */
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

/** The scheme is compared because `localhost:4281` is an address as well, of the scheme `localhost:`. */
function address(name: string, value: string, schemes: string[], example: string): URL {
  const read = URL.canParse(value) ? new URL(value) : undefined;
  if (read !== undefined && schemes.includes(read.protocol)) return read;
  throw new Error(`${name} is "${value}"; it must be a ${schemes.join(" or ")} address, such as ${example}.`);
}

/**
 * Where everything comes by https browsers are told never to try anything else, for two years; not for subdomains, which under a name of
 * one's own may be other people's. Over plain http the header must be absent: the CLI of Static Web Apps would send one of its own, for
 * subdomains and with `preload`, and drops it for an empty value.
 */
function transportSecurity(options: StampOptions): string {
  return addresses(options).api.protocol === "https:" ? "max-age=63072000" : "";
}

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
      // Pages name the hashed files, so they must be asked for each time; the files themselves never change.
      "cache-control": "no-cache",
    },
    routes: [
      { route: "/assets/*", headers: { "cache-control": "public, max-age=31536000, immutable" } },
      { route: "/config.json", headers: { "cache-control": "no-store" } },
      ...["barista", "display", "admin"].map((app) => ({ route: `/${app}`, rewrite: `/${app}/index.html` })),
      // What a link shows is for whoever has it, and no search engine does.
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
