import { join } from "node:path";
import { writeFigures } from "./figures/write.ts";
import { root } from "./stand-options.ts";

/** Writes what follows from the figures that are kept into docs/figures.md. */
writeFigures(join(root, "docs"));
