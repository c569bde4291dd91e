import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { neverFramed } from "../kernel/answers.ts";

/** The built console. In the repository `tools/build-console.ts` builds it; the package contains it. */
const built = fileURLToPath(new URL("../console/built/", import.meta.url));

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Only its own files may be loaded, and no other page may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Returns a file of the console by its path. It is read each time, because the console may be built while the local Azure runs. */
export type ConsoleFiles = (path: string) => { type: string; body: Buffer; kept: boolean } | undefined;

/** Reads the console's files on demand, and nothing else. */
export function readConsole(folder = built): ConsoleFiles {
  return (path) => {
    const name = path === "/" ? "index.html" : path.slice(1);
    const type = types[extname(name)];
    // Only names of files in the folder are accepted: none can lead out of it.
    if (type === undefined || !existsSync(folder) || !namesIn(folder).includes(name)) return undefined;
    // Names in assets/ contain a hash of the content.
    return { type, body: readFileSync(`${folder}${name}`), kept: name.startsWith("assets/") };
  };
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"));

/** Serves a GET or HEAD of a file; false if the path is none of the console's. */
export function sendConsole(
  files: ConsoleFiles,
  path: string,
  { method }: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const file = files(path);
  if (file === undefined) return false;
  response.writeHead(200, {
    ...neverFramed,
    "content-security-policy": policy,
    ...(file.kept ? { "cache-control": "private, max-age=31536000, immutable" } : {}),
    "content-type": file.type,
    "content-length": file.body.length,
  });
  response.end(file.body);
  return true;
}
