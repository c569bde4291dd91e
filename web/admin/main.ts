import { boot } from "../lib/boot.ts";
import Admin from "./Admin.svelte";

void boot(Admin, "admin");
