import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that has to be installed: where else than on the path it may be, as a pattern, and what it comes with. */
export interface Needed {
  program: string;
  elsewhere?: string;
  comesWith: string;
}

/** A browser that is driven by WebDriver. */
export interface Engine {
  /** The program that drives it, then all else. */
  needs: readonly [Needed, ...Needed[]];
  /** What a session is asked for with, and what the driver is started with; `found` are the programs, in the order of `needs`. */
  capabilities(found: readonly string[]): object;
  argv(port: number): string[];
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
    capabilities: ([, browser]) => ({
      "webkitgtk:browserOptions": { binary: browser, args: ["--automation", "--enable-page-cache=true"] },
    }),
    argv: (port) => [`--port=${port}`],
    screen: true,
  },
  firefox: {
    needs: [
      { program: "geckodriver", comesWith: "https://github.com/mozilla/geckodriver/releases; Debian has none" },
      { program: "firefox-esr", comesWith: debian("firefox-esr") },
    ],
    capabilities: ([, browser]) => ({ "moz:firefoxOptions": { binary: browser, args: ["-headless"] } }),
    argv: (port) => ["--port", String(port)],
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
