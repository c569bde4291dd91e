import type { Extension } from "../../infra/extensions.ts";
import { bill } from "./bill.ts";
import type { Added } from "./extension-rows.ts";
import { measure } from "./measure.ts";
import { shown } from "./shown.ts";

/** Measures an order with none and with each extension alone, from its scan to the counter, and reckons what the bill is higher. */
export async function measureExtensions(extensions: readonly Extension[]): Promise<Added> {
  const core = await measure(5, [], true);
  const added: Added = new Map();
  for (const extension of extensions) {
    const measured = await measure(5, [extension], true);
    const more = shown.map((stand) => Math.max(0, bill(measured, stand).month - bill(core, stand).month));
    added.set(
      extension.name,
      more.map((dollars) => dollars.toFixed(2)),
    );
  }
  return added;
}
