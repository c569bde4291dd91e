import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a built site is told about where it stands. */
export interface StampOptions {
  /** Address of the HTTP API: `https://func-crema.azurewebsites.net/api`. */
  api: string;
  /** Origin of Web PubSub: `wss://crema.webpubsub.azure.com`. */
  push: string;
  /** The store shown when the page's address names none. */
  store: string;
}

/**
 * Copies the built site into the folder `to` and writes what differs between places: `config.json` for the pages and
 * `staticwebapp.config.json` for Azure Static Web Apps (and its CLI).
 * @throws Error when `api` or `push` is not an address, or `from` does not exist.
 */
export function stampSite(from: string, to: string, options: StampOptions): void {
  const settings = staticWebApp(options);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
  writeFileSync(join(to, "config.json"), json({ api: options.api.replace(/\/$/, ""), store: options.store }));
  writeFileSync(join(to, "staticwebapp.config.json"), json(settings));
}

/** The Content-Security-Policy: the token lives in local storage, so nothing but our own files may run. */
export function contentSecurityPolicy({ api, push }: StampOptions): string {
  const pushAddress = new URL(push);
  if (!/^wss?:$/.test(pushAddress.protocol)) throw new Error(`push must be a wss: or ws: address, not ${push}`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(api).origin} ${pushAddress.protocol}//${pushAddress.host}`,
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    // The one policy is Svelte's: it makes elements from the templates of our own build.
    "trusted-types svelte-trusted-html",
  ].join("; ");
}

function staticWebApp(options: StampOptions): object {
  return {
    globalHeaders: {
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
    ],
    navigationFallback: { rewrite: "/index.html", exclude: ["/assets/*", "/config.json", "/*.{svg,png,ico,txt,json}"] },
    mimeTypes: { ".woff2": "font/woff2" },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
