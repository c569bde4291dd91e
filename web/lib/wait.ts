import type { WaitRange } from "../../contracts/order.ts";
import { formatNumber } from "./format.ts";
import { common } from "./strings/common.ts";
import { t } from "./text.ts";

/** `about 4 to 7 min`, or `up to 3 min`; empty if the waiting time is unknown. */
export function waitText(wait: WaitRange | undefined): string {
  if (wait === undefined) return "";
  const [from, to] = [formatNumber(wait.from), formatNumber(wait.to)];
  return wait.from === 0 ? t(common.waitUpTo, { to }) : t(common.wait, { from, to });
}
