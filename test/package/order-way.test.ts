import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { writePackage } from "../../tools/package/index.ts";
import { Stand } from "../system/stand.ts";

/** Every test of the way of an order, over the package that goes to Azure: far from our node_modules, as it lies there. */
const folder = mkdtempSync(join(tmpdir(), "crema-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

await writePackage(folder, "storage");
Stand.application = folder;
await import("../system/order-way.test.ts");
