import { customer as first } from "../../web/lib/strings/en/customer.ts";
import { later } from "../../web/lib/strings/en/later.ts";
import { ordering } from "../../web/lib/strings/en/ordering.ts";

/** All words of the customer's app, whichever of its files they come with. */
export const customer = { ...first, ...ordering, ...later };
