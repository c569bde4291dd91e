import { tmpdir } from "node:os";
import { join } from "node:path";

/** The variable that tells Node where it keeps what it compiled. Compiling its packages is most of what a start or reload of an application takes. */
export const compileCache = "NODE_COMPILE_CACHE";

/** That of this process, or where Node itself would keep it. */
export const compileCacheFolder = (): string => process.env[compileCache] ?? join(tmpdir(), "node-compile-cache");
