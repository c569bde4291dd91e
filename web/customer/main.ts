import { boot } from "../lib/boot.ts";
import Customer from "./Customer.svelte";

void boot(Customer, "customer");
