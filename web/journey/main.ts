import { boot } from "../lib/boot.ts";
import Journey from "./Journey.svelte";

void boot(Journey, "customer");
