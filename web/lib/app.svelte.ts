import { getContext, onDestroy } from "svelte";
import type { PushMessage } from "../../contracts/push.ts";
import { Api } from "./api.ts";
import { Clock } from "./clock.svelte.ts";
import type { SiteConfig } from "./config.ts";
import { Live } from "./live.svelte.ts";
import { Session } from "./session.svelte.ts";
import { Snapshot } from "./snapshot.svelte.ts";

export type AppName = "customer" | "barista" | "display" | "admin";

/** What each of the four apps is made of. */
export interface App {
  store: string;
  api: Api;
  clock: Clock;
  session: Session;
  snapshot: Snapshot;
  /**
   * Keeps the screen up to date: `refresh` fetches all it shows, pushes go into the snapshot and then to `onMessage`.
   * Connects anew when somebody signs in or out. To be called while a component is made, and ends with that.
   */
  follow(refresh: () => Promise<void>, more?: FollowOptions): Live;
}

export interface FollowOptions {
  onMessage?: (message: PushMessage) => void;
  /** See {@link Live}. */
  keptUnseen?: () => number;
}

/** Name of the context under which `boot` hands the app to its components. */
export const appContext = "app";

/** The app that the component is part of; to be called while the component is made. */
export function useApp(): App {
  return getContext<App>(appContext);
}

export function createApp(name: AppName, config: SiteConfig): App {
  const clock = new Clock();
  const session = new Session(name);
  const snapshot = new Snapshot();
  const api = new Api({
    base: config.api,
    store: config.store,
    token: () => session.token,
    onNow: (now, sent, received) => clock.observe(now, sent, received),
    onSignedOut: () => session.ended(),
  });
  clock.start();
  const jumped = new Set<() => void>();
  clock.onJump = () => {
    for (const tell of jumped) tell();
  };
  session.onChange(() => snapshot.forgetOrders());
  return {
    store: config.store,
    api,
    clock,
    session,
    snapshot,
    follow(refresh, { onMessage, keptUnseen } = {}) {
      const live = new Live({
        api,
        refresh,
        ...(keptUnseen === undefined ? {} : { keptUnseen }),
        now: () => clock.now,
        onMessage: (message) => {
          clock.atLeast(...moments(message));
          snapshot.take(message);
          onMessage?.(message);
        },
      });
      const ask = (): void => void live.refresh();
      jumped.add(ask);
      const deaf = session.onChange(() => live.restart());
      live.start();
      onDestroy(() => {
        jumped.delete(ask);
        deaf();
        live.stop();
      });
      return live;
    },
  };
}

/** What a push tells of as gone by. */
function moments(message: PushMessage): (string | undefined)[] {
  if (message.kind === "code") return [message.window.opensAt];
  if (message.kind !== "order") return [];
  const { createdAt, submittedAt, queuedAt, claimedAt, readyAt, endedAt } = message.order;
  return [createdAt, submittedAt, queuedAt, claimedAt, readyAt, endedAt];
}
