import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BiDi } from "./bidi.ts";
import type { Driver } from "./driver.ts";
import { WebDriver } from "./web-driver.ts";

/** A program that has to be installed: where else than on the path it may be, as a pattern, and what it comes with. */
export interface Needed {
  program: string;
  elsewhere?: string;
  comesWith: string;
}

/** What a browser is started with. */
export interface Start {
  /** Its programs, in the order of `needs`. */
  found: readonly string[];
  /** A free port of this machine, at which it is told what to do. */
  port: number;
  env: NodeJS.ProcessEnv;
}

/** A browser. */
export interface Engine {
  needs: readonly [Needed, ...Needed[]];
  start(how: Start): Promise<Driver>;
  /** Whether it draws on a screen, which is played where there is none. */
  screen: boolean;
}

const debian = (packages: string) => `apt install ${packages}`;

/** The browsers, by their names. */
export const engines = {
  webkit: {
    needs: [
      { program: "WebKitWebDriver", comesWith: debian("webkit2gtk-driver") },
      {
        program: "MiniBrowser",
        elsewhere: "/usr/{lib,libexec}/{,*/}webkit{2gtk-4.*,gtk-6.*}/MiniBrowser",
        comesWith: debian("webkit2gtk-driver"),
      },
      { program: "Xvfb", comesWith: debian("xvfb") },
    ],
    start: ({ found: [driver = "", binary], port, env }) => {
      const capabilities = {
        "webkitgtk:browserOptions": { binary, args: ["--automation", "--enable-page-cache=true"] },
      };
      return WebDriver.start(driver, { argv: [`--port=${port}`], port, capabilities, env });
    },
    screen: true,
  },
  firefox: {
    needs: [{ program: "firefox-esr", elsewhere: "/usr/{bin,local/bin}/firefox", comesWith: debian("firefox-esr") }],
    start: ({ found: [browser = ""], port, env }) => {
      const argv = (profile: string) => [
        "--headless",
        "--no-remote",
        "--profile",
        profile,
        `--remote-debugging-port=${port}`,
      ];
      return BiDi.start(browser, { argv, port, env });
    },
    screen: false,
  },
} as const satisfies Record<string, Engine>;

/** The name of a browser. */
export type EngineName = keyof typeof engines;

/** Where a program is that can be run; undefined where it is not installed. */
export function whereIs({ program, elsewhere }: Needed, path = process.env.PATH ?? ""): string | undefined {
  const places = path.split(delimiter).map((folder) => join(folder, program));
  return [...places, ...(elsewhere === undefined ? [] : globSync(elsewhere))].find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The programs of a browser, or what is missing of it and where that comes from, a line each. */
export function programsOf(
  engine: Engine,
  where: (needed: Needed) => string | undefined = whereIs,
): { found: string[] } | { missing: string[] } {
  const all = engine.needs.map((needed) => ({ needed, at: where(needed) }));
  const missing = all.filter(({ at }) => at === undefined);
  if (missing.length > 0)
    return { missing: missing.map(({ needed }) => `${needed.program} is not installed (${needed.comesWith})`) };
  return { found: all.flatMap(({ at }) => at ?? []) };
}
