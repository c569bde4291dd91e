// Loads a Functions package once, as the worker does, and prints what it took. Plain JavaScript: it runs on whatever Node the package is to run on.
// node tools/package/import-once.cjs <file>
const Module = require("node:module");
const { resolve } = require("node:path");

/** What the worker gives to a package while it loads. */
const registered = [];
const disposable = { dispose() {} };
const core = {
  version: "4.0.0",
  hostVersion: "4.0.0",
  Disposable: class {},
  registerFunction({ name, bindings }) {
    const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(type));
    registered.push({ name, trigger: trigger === undefined ? "" : trigger.type.replace(/trigger$/i, "") });
    return disposable;
  },
  registerHook: () => disposable,
  setProgrammingModel() {},
  getProgrammingModel() {},
  log() {},
};
const load = Module._load;
Module._load = function (request, ...rest) {
  return request === "@azure/functions-core" ? core : load.call(this, request, ...rest);
};

const file = resolve(process.argv[2] ?? "dist/package/main.cjs");
const memory = process.memoryUsage().rss;
const began = performance.now();
require(file);
const milliseconds = performance.now() - began;
const megabytes = (process.memoryUsage().rss - memory) / 1024 ** 2;
const functions = registered.length;
process.stdout.write(`${JSON.stringify({ node: process.version, functions, registered, milliseconds, megabytes })}\n`);
process.exit(functions > 0 ? 0 : 1);
