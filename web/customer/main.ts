import { boot } from "../lib/boot.ts";
import { kept } from "../lib/browser.ts";
import { sessionKey } from "../lib/session.svelte.ts";
import Customer from "./Customer.svelte";

void boot(Customer, "customer");
// Whoever scanned a code for the first time signs in next: that screen comes together with the settings, and not after them. Should it fail, it is asked for again.
if (/[?&]code=/.test(location.search) && kept(sessionKey("customer")) === undefined)
  import("../lib/SignIn.svelte").catch(() => undefined);
