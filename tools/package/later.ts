import { createRequire } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Packages that no start and few first answers need, by the file that has them: they are half of all that is packed. Whoever imports one gets members that load its
 * file when they are first used, so neither our sources nor those of other packages know of it. Those that share much share a file.
 */
export const laterFiles: Readonly<Record<string, readonly string[]>> = {
  "identity.cjs": ["@azure/identity"],
  "services.cjs": ["@azure/eventgrid", "@azure/web-pubsub", "@azure/communication-sms"],
  // Of durable-functions, for calls of its client.
  "axios.cjs": ["axios"],
  "phone.cjs": ["libphonenumber-js/max"],
};

/** Packages of which one member alone is used, which is a file of its own: durable-functions asks for all 113 checks of texts to make one. */
export const onlyMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  validator: { isURL: "validator/lib/isURL" },
};

/** The source of one of the files that are loaded later: a function for each of its packages, which loads that one alone. */
export const laterSource = (packages: readonly string[]): string =>
  packages.map((name) => `exports[${quoted(name)}] = () => require(${quoted(name)});`).join("\n");

/** Makes the application load these packages later, and those of which it uses one member by that alone. */
export function loadLater(root: string): Plugin {
  const require = createRequire(`${root}/package.json`);
  const stands = new Map<string, () => string>();
  for (const [file, packages] of Object.entries(laterFiles)) {
    for (const name of packages)
      stands.set(name, () => {
        const members = Object.keys(require(name) as object);
        return `for (const name of ${JSON.stringify(members)})
  Object.defineProperty(exports, name, { enumerable: true, get: () => require("./${file}")[${quoted(name)}]()[name] });`;
      });
  }
  for (const [name, members] of Object.entries(onlyMembers)) {
    const lines = Object.entries(members).map(([member, path]) => `exports.${member} = require(${quoted(path)});`);
    stands.set(name, () => lines.join("\n"));
  }
  return {
    name: "later",
    setup(build) {
      build.onResolve({ filter: /^[@\w]/ }, ({ path }) =>
        stands.has(path) ? { path, namespace: "later" } : undefined,
      );
      build.onResolve({ filter: /^\.\//, namespace: "later" }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /.*/, namespace: "later" }, ({ path }) => ({
        contents: stands.get(path)?.() ?? "",
        resolveDir: root,
      }));
    },
  };
}

const quoted = (text: string) => JSON.stringify(text);
