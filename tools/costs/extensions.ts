import type { Extension } from "../../infra/extensions.ts";
import { bill } from "./bill.ts";
import type { Measured } from "./counts.ts";
import type { Added } from "./extension-rows.ts";
import { measure } from "./measure.ts";
import { shown } from "./shown.ts";

/**
 * Measures an order without extensions and with each extension alone, from its scan to the counter, and computes the difference on the bill. @param
 * measuredCore the measurement without extensions, if there is one
 */
export async function measureExtensions(
  extensions: readonly Extension[],
  orders = 5,
  measuredCore?: Measured,
): Promise<Added> {
  const core = measuredCore ?? (await measure(orders, [], true));
  const added: Added = new Map();
  for (const extension of extensions) {
    const measured = await measure(orders, [extension], true);
    const more = shown.map((stand) => Math.max(0, bill(measured, stand).month - bill(core, stand).month));
    added.set(
      extension.name,
      more.map((dollars) => dollars.toFixed(2)),
    );
  }
  return added;
}
