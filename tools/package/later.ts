import { createRequire } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Packages that are needed for no start and few first requests, by the file that contains them. They are half of the packed code. An importer gets
 * members that load the file on first use, so neither our sources nor other packages need to change. Packages that share much code share a file.
 */
export const laterFiles: Readonly<Record<string, readonly string[]>> = {
  "identity.cjs": ["@azure/identity"],
  "services.cjs": ["@azure/eventgrid", "@azure/web-pubsub", "@azure/communication-sms"],
  // For the client of durable-functions.
  "axios.cjs": ["axios"],
  "phone.cjs": ["libphonenumber-js/max"],
};

/** Packages of which only one member is used, and that member is a file of its own: durable-functions imports all 113 text validators to use one. */
export const onlyMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  validator: { isURL: "validator/lib/isURL" },
};

/** The source of a file that is loaded later: one function per package, which loads only that package. */
export const laterSource = (packages: readonly string[]): string =>
  packages.map((name) => `exports[${quoted(name)}] = () => require(${quoted(name)});`).join("\n");

/** Makes the application load these packages later, and load only the used member of the others. */
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
