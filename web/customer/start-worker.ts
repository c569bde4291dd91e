import type { App } from "../lib/app.svelte.ts";
import { onWorkerMessage, takeDown, worker } from "../lib/browser-worker.ts";
import { dropDrafts } from "./draft.ts";
import { forgetTold } from "./tell.svelte.ts";
import { forgetWish } from "./text-wish.ts";

/**
 * Registers the service worker, shows the order whose notification was tapped, and deletes a customer's data when they sign out. Returns a function
 * that ends the listening.
 */
export function startWorker({ store, session }: App, onShow: (orderId: string) => void): () => void {
  void worker();
  const deaf = session.onChange(() => {
    // A customer whose session has only expired signs in again and continues.
    if (session.status !== "signed-out" || session.expired) return;
    dropDrafts();
    forgetWish();
    void forgetTold();
    void takeDown();
  });
  const end = onWorkerMessage((data) => {
    const { show } = (data ?? {}) as { show?: { store?: string; order?: string } };
    if (show?.order === undefined) return;
    if (show.store === store) onShow(show.order);
    else location.assign(`/?${new URLSearchParams({ store: show.store ?? store, order: show.order })}`);
  });
  return () => {
    deaf();
    end();
  };
}
