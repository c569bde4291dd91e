import { join } from "node:path";
import { writeFigures } from "./figures/write.ts";
import { root } from "./stand-options.ts";

/** Generates the parts of docs/figures.md that come from the stored figures. */
writeFigures(join(root, "docs"));
