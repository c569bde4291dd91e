import { boot } from "../lib/boot.ts";
import { kept } from "../lib/browser.ts";
import { sessionKey } from "../lib/session.svelte.ts";
import Customer from "./Customer.svelte";

void boot(Customer, "customer");
// A customer who scanned a code for the first time signs in next: that screen is loaded in parallel with the settings, not after them. If that fails,
// it is loaded again later.
if (/[?&]code=/.test(location.search) && kept(sessionKey("customer")) === undefined)
  import("../lib/SignIn.svelte").catch(() => undefined);
