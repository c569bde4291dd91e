import { boot } from "../lib/boot.ts";
import { chosenOn } from "../lib/staff/stores.ts";
import Admin from "./Admin.svelte";

void boot(Admin, "admin", chosenOn("admin"));
