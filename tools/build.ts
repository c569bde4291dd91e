import { gzipSync } from "node:zlib";
import { chosenOf, extensionsIn } from "../infra/extensions.ts";
import { checkExtensions } from "./extensions/check.ts";
import type { Packed } from "./package/bundle.ts";
import { coldImport } from "./package/cold-import.ts";
import { durableBackendOf } from "./package/host-json.ts";
import { packageFolder, writePackage } from "./package/index.ts";
import { optionsOf } from "./say-usage.ts";

/** `npm run build`: builds the Functions package, which azd uploads unchanged. Prints its size and its load time. */
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
const sizesOf = (files: readonly Packed[]) => {
  const [bytes, travelling] = [files.map(({ code }) => code.length), files.map(({ code }) => gzipSync(code).length)];
  const sum = (each: number[]) => kilobytes(each.reduce((all, one) => all + one, 0));
  return `${sum(bytes)}, ${sum(travelling)} compressed`;
};
optionsOf(
  `npm run build
  writes dist/package, with the extensions that CREMA_EXTENSIONS names and for the backend that DURABLE_BACKEND names; it takes no options`,
  {},
);
try {
  const backend = durableBackendOf(process.env);
  const extensions = chosenOf(extensionsIn(), process.env.CREMA_EXTENSIONS);
  const { file, application, later, packages } = await writePackage(packageFolder, backend, extensions);
  const { milliseconds, megabytes, functions, registered, said } = coldImport(file);
  process.stderr.write(said);
  const unloaded = /^The extension \S+ could not be loaded/m.exec(said);
  if (unloaded) throw new Error(`${unloaded[0]}; what it printed above says why.`);
  await checkExtensions(extensions, registered);
  process.stdout.write(`The Functions package is in dist/package (Durable backend: ${backend})

  at start     ${sizesOf([application])}
  later        ${sizesOf(later)}: ${later.map(({ name, code }) => `${name} ${kilobytes(code.length)}`).join(", ")}
  largest      ${packages
    .slice(0, 5)
    .map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`)
    .join(", ")}
  functions    ${functions}
  extensions   ${extensions.map(({ name }) => name).join(", ") || "none"}
  cold import  ${milliseconds.toFixed(0)} ms, ${megabytes.toFixed(0)} MB (middle of five fresh processes, Node ${process.versions.node})
`);
} catch (error) {
  process.stderr.write(`The package could not be made: ${(error as Error).message}\n`);
  process.exit(1);
}
