import { getContext, onDestroy } from "svelte";
import type { AppName, Role } from "../../contracts/common.ts";
import type { PushMessage } from "../../contracts/push.ts";
import { Api } from "./api.ts";
import { Back } from "./back.ts";
import { hasTouch } from "./browser.ts";
import { Clock } from "./clock.svelte.ts";
import type { PageConfig, TryIt } from "./config.ts";
import { Live } from "./live.svelte.ts";
import { moments, storeOf } from "./message.ts";
import { repeat } from "./repeat.ts";
import { Session } from "./session.svelte.ts";
import { Snapshot } from "./snapshot.svelte.ts";

/** What each of the four apps consists of. */
export interface App {
  name: AppName;
  store: string;
  /** The store that this site shows if the address names none. */
  home: string;
  /** Makes *back* one step. The admin app has addresses for its steps instead. */
  back: Back | undefined;
  api: Api;
  clock: Clock;
  session: Session;
  snapshot: Snapshot;
  /** The people that a newcomer can sign in as, and where messages arrive; only for a stand that was started for a trial. */
  tryIt: TryIt | undefined;
  /**
   * Keeps the screen up to date: `refresh` fetches everything that it shows; pushes go into the snapshot and then to `onMessage`. Reconnects when
   * somebody signs in or out. Call it during a component's initialisation; it ends when the component is destroyed.
   */
  follow(refresh: () => Promise<void>, more?: FollowOptions): Live;
}

interface FollowOptions {
  onMessage?: (message: PushMessage) => void;
  /** See {@link Live}. */
  keptUnseen?: () => number;
}

/** How often, in ms, a staff screen shows that it is still in use, by asking for its user: it may run for weeks without a reload. */
const stillThereEvery = 60 * 60_000;

/** Key of the Svelte context in which `boot` provides the app to its components. */
export const appContext = "app";

/** The app that the component belongs to. Call it during the component's initialisation. */
export function useApp(): App {
  return getContext<App>(appContext);
}

/** The roles that may use each app. Everyone may use the customer's. */
export const opens: Record<AppName, Role[]> = {
  customer: [],
  barista: ["barista", "admin"],
  display: ["display", "barista", "admin"],
  admin: ["admin"],
};

/** Creates an app, with a clock and a session that live as long as the page. It sends no requests: screens start those with `follow`. */
export function createApp(name: AppName, config: PageConfig): App {
  const clock = new Clock();
  const session = new Session(name);
  const snapshot = new Snapshot();
  const api = new Api({
    base: config.api,
    store: config.store,
    app: name,
    touch: hasTouch(),
    token: () => session.token,
    onNow: (now, sent, received) => clock.observe(now, sent, received),
    onSignedOut: () => session.ended(),
    onForbidden: () => void lookAgain(),
  });
  const isOpen = () => session.status === "signed-in" && session.has(config.store, ...opens[name]);
  /** The user's roles may have changed: asks once, and reports the change. If that gets no response, the next refusal asks again. */
  const lookAgain = single(async () => {
    const { token } = session;
    const could = isOpen();
    await session.check(api).catch(() => undefined);
    // A user who has signed in since has not lost a role.
    if (session.token !== token || session.status !== "signed-in") return;
    if (could && !isOpen()) session.loseRole();
    // The screen is shown again and has to reconnect.
    else if (session.lost && isOpen()) session.regainRole();
  });
  clock.start();
  if (name !== "customer") {
    const stillThere = async () => (session.status === "signed-in" ? lookAgain() : undefined);
    repeat(stillThere, stillThereEvery, () => stillThereEvery);
  }
  const jumped = new Set<() => void>();
  clock.onJump = () => {
    for (const tell of jumped) tell();
  };
  // The API does not know the session: perhaps the stand is another one now.
  session.onChange(() => (session.expired ? snapshot.forget() : snapshot.forgetOrders()));
  return {
    name,
    store: config.store,
    home: config.home,
    back: name === "admin" ? undefined : new Back(),
    api,
    clock,
    session,
    snapshot,
    tryIt: config.tryIt,
    follow(refresh, { onMessage, keptUnseen } = {}) {
      const live = new Live({
        api,
        refresh,
        ...(keptUnseen === undefined ? {} : { keptUnseen }),
        now: () => clock.now,
        onClosed: () => void lookAgain(),
        onMessage: (message) => {
          // That store's own page shows its orders.
          if ((storeOf(message) ?? config.store) !== config.store) return;
          clock.atLeast(...moments(message));
          if (snapshot.doubts(message, clock.now)) return live.ask();
          snapshot.take(message);
          onMessage?.(message);
        },
      });
      const ask = (): void => void live.refresh();
      jumped.add(ask);
      const deaf = session.onChange(() => {
        live.stop();
        // A user who has lost the role may receive nothing here, until somebody signs in.
        if (!session.lost) live.start();
      });
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

/** The same work, but only once at a time: a call while it is running waits for that run. */
function single(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
