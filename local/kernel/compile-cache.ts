import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The environment variable with the folder of Node's compile cache. Compiling its packages is most of the time that an application takes to start or
 * reload.
 */
export const compileCache = "NODE_COMPILE_CACHE";

/** The cache folder of this process, or Node's default. */
export const compileCacheFolder = (): string => process.env[compileCache] ?? join(tmpdir(), "node-compile-cache");
