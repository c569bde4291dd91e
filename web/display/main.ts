import { boot } from "../lib/boot.ts";
import { chosenOn } from "../lib/staff/stores.ts";
import { whenBack } from "../lib/staff/when-back.ts";
import Display from "./Display.svelte";

void boot(Display, "display", chosenOn("display"), whenBack);
