import type { App } from "../lib/app.svelte.ts";
import { onWorkerMessage, worker } from "../lib/browser-worker.ts";

/** Begins the service worker, and shows the order whose notification somebody has touched. Returns what ends the listening. */
export function startWorker({ store }: App, onShow: (orderId: string) => void): () => void {
  void worker();
  return onWorkerMessage((data) => {
    const { show } = (data ?? {}) as { show?: { store?: string; order?: string } };
    if (show?.order === undefined) return;
    if (show.store === store) onShow(show.order);
    else location.assign(`/?${new URLSearchParams({ store: show.store ?? store, order: show.order })}`);
  });
}
