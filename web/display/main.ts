import { boot } from "../lib/boot.ts";
import Display from "./Display.svelte";

void boot(Display, "display");
