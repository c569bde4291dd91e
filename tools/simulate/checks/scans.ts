import type { CodeWindow } from "../../../contracts/order.ts";
import type { Check } from "./look.ts";

interface Kept extends CodeWindow {
  holds?: unknown[];
}

/**
 * Scans taken, given back and left add up. The versions of a window are published without gaps; each takes a scan, gives some back, or uses a held
 * one; and an order that ended without a number has no scan.
 */
export const scans: Check = ({ world, played, events, orders }) => {
  const wrong: string[] = [];
  const { store } = played;
  const told = Map.groupBy(
    events.filter(({ subject }) => subject.includes("/codes/")),
    ({ subject }) => subject.split("/").at(-1) ?? "",
  );
  for (const window of world.documents<Kept>("codes", store, "c.kind = 'code'")) {
    const some = (told.get(window.opensAt) ?? []).filter(({ type }) => type !== "crema.code.exhausted.v1");
    const views = some
      .map(({ type, data }) => ({ type, window: (data as { window: CodeWindow }).window }))
      .sort((a, b) => a.window.version - b.window.version);
    let before = window.scans;
    for (const { type, window: view } of views) {
      const change = view.scansLeft - before;
      const possible =
        type === "crema.code.rotated.v1"
          ? change === 0
          : type === "crema.code.held.v1"
            ? change >= -1
            : type === "crema.code.returned.v1"
              ? change >= 0
              : change >= -1;
      if (!possible)
        wrong.push(`At ${type} the window ${window.opensAt} went from ${before} to ${view.scansLeft} scans.`);
      before = view.scansLeft;
    }
    const last = views.at(-1)?.window;
    if (last && last.version === window.version && last.scansLeft !== window.scansLeft)
      wrong.push(
        `The window ${window.opensAt} has ${window.scansLeft} scans, and its last event says ${last.scansLeft}.`,
      );
    if (window.scansLeft < 0 || window.scansLeft > window.scans)
      wrong.push(`The window ${window.opensAt} has ${window.scansLeft} of ${window.scans} scans.`);
    const taken = world
      .documents<{ taken: string[] }>("codes", store, `c.kind = 'scan' AND STARTSWITH(c.id, 'scan:${window.opensAt}:')`)
      .flatMap((scan) => scan.taken);
    const numbered = new Set(orders.filter(({ number }) => number !== undefined).map(({ id }) => id));
    const ended = new Map(orders.map((order) => [order.id, order]));
    for (const id of taken) {
      const order = ended.get(id);
      if (order === undefined) wrong.push(`A scan is taken for order ${id}, which there is none of.`);
      else if (!numbered.has(id)) wrong.push(`Order ${id} is ${order.state} without a number, and its scan is taken.`);
    }
    const holds = window.holds?.length ?? 0;
    const used = window.scans - window.scansLeft - holds;
    if (used < taken.length)
      wrong.push(`${taken.length} orders have a scan of the window ${window.opensAt}, which lacks ${used} only.`);
  }
  return wrong;
};
