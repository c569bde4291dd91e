import { boot } from "../lib/boot.ts";
import Barista from "./Barista.svelte";

void boot(Barista, "barista");
