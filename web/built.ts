import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { hearersIn } from "../contracts/hearers.ts";

interface Resources {
  eventGrid: {
    subscriptions: { name: string; filter?: { includedEventTypes?: readonly string[]; subjectBeginsWith?: string } }[];
  };
}

/** The address at which GitHub shows the built files, when GitHub runs the build; `SOURCE_URL` overrides it. */
export function sourceAddress(env: Record<string, string | undefined>): string | undefined {
  const { SOURCE_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA } = env;
  if (SOURCE_URL) {
    if (URL.canParse(SOURCE_URL) && SOURCE_URL.startsWith("https://")) return `${SOURCE_URL.replace(/\/$/, "")}/`;
    throw new Error(
      `SOURCE_URL is "${SOURCE_URL}"; it must be an https: address, such as https://github.com/o/r/blob/main.`,
    );
  }
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA
    ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_SHA}/`
    : undefined;
}

/** The subscriptions to events, as declared in `infra/resources.json` and `contracts/hearers.ts`. */
export function declaredSubscriptions(): { name: string; types?: readonly string[] | undefined }[] {
  const file = fileURLToPath(new URL("../infra/resources.json", import.meta.url));
  const { eventGrid } = JSON.parse(readFileSync(file, "utf8")) as Resources;
  return hearersIn(eventGrid.subscriptions).map(({ name, filter }) => ({ name, types: filter?.includedEventTypes }));
}

const id = "virtual:built";

/** Provides `virtual:built`: what the screens show about the rest of the system, as of the build. */
export const built: Plugin = {
  name: "built",
  resolveId: (source) => (source === id ? `\0${id}` : undefined),
  load: (resolved) =>
    resolved === `\0${id}`
      ? [
          `export const subscriptions = ${JSON.stringify(declaredSubscriptions())};`,
          `export const source = ${JSON.stringify(sourceAddress(process.env))};`,
        ].join("\n")
      : undefined,
};
