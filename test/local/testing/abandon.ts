import { join } from "node:path";
import { startTestStack } from "../../../local/testing/index.ts";

/** A test's process that dies with a stack open. Argument: the folder for the stack's data, which nobody else would remove. */
await startTestStack({ app: join(import.meta.dirname, "notes"), data: process.argv[2] ?? "" });
process.stdout.write("up\n");
process.kill(process.pid, "SIGKILL");
