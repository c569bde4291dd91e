import { boot } from "../lib/boot.ts";
import { chosenOn } from "../lib/staff/stores.ts";
import { whenBack } from "../lib/staff/when-back.ts";
import Admin from "./Admin.svelte";

void boot(Admin, "admin", chosenOn("admin"), whenBack);
