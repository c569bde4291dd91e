import { boot } from "../lib/boot.ts";
import { chosenOn } from "../lib/staff/stores.ts";
import { whenBack } from "../lib/staff/when-back.ts";
import Barista from "./Barista.svelte";

void boot(Barista, "barista", chosenOn("barista"), whenBack);
