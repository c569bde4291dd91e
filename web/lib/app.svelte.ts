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

/** What each of the four apps is made of. */
export interface App {
  name: AppName;
  store: string;
  /** The store that this site shows to whoever names none. */
  home: string;
  /** Where *back* is one step; the admin app has addresses for its steps instead. */
  back: Back | undefined;
  api: Api;
  clock: Clock;
  session: Session;
  snapshot: Snapshot;
  /** Whom newcomers can sign in as here, and where messages land; where a stand was started to be tried. */
  tryIt: { people: { name: string | undefined; phone: string }[]; inbox: string | undefined } | undefined;
  /**
   * Keeps the screen up to date: `refresh` fetches all it shows, pushes go into the snapshot and then to `onMessage`.
   * Connects anew when somebody signs in or out. To be called while a component is made, and ends with that.
   */
  follow(refresh: () => Promise<void>, more?: FollowOptions): Live;
}

interface FollowOptions {
  onMessage?: (message: PushMessage) => void;
  /** See {@link Live}. */
  keptUnseen?: () => number;
}

/** So often, in ms, a screen of staff says that it is still there, by asking who it belongs to: it may stand for weeks without being loaded anew. */
const stillThereEvery = 60 * 60_000;

/** Name of the context under which `boot` hands the app to its components. */
export const appContext = "app";

/** The app that the component is part of; to be called while the component is made. */
export function useApp(): App {
  return getContext<App>(appContext);
}

/** The roles that open each app; the customer's is for everyone. */
export const opens: Record<AppName, Role[]> = {
  customer: [],
  barista: ["barista", "admin"],
  display: ["display", "barista", "admin"],
  admin: ["admin"],
};

/** Whom a newcomer can sign in as in an app: those who work in it, and nowhere else first; in the customer's, somebody new. */
function newcomers(name: AppName, { people, guest }: TryIt): { name: string | undefined; phone: string }[] {
  if (name === "customer") return [{ name: undefined, phone: guest }];
  return people.filter(({ roles }) => roles.includes(name)).sort((a, b) => a.roles.length - b.roles.length);
}

/** Puts an app together, whose clock and session live as long as the page. Nothing is asked yet: screens begin that with `follow`. */
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
  /** What this person may do may have changed: asked once, and said. When no answer is had, the next refusal asks again. */
  const lookAgain = single(async () => {
    const { token } = session;
    const could = isOpen();
    await session.check(api).catch(() => undefined);
    // Who has come since could not do it before.
    if (session.token !== token || session.status !== "signed-in") return;
    if (could && !isOpen()) session.loseRole();
    // The screen is shown again, and has to listen for that.
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
  session.onChange(() => snapshot.forgetOrders());
  return {
    name,
    store: config.store,
    home: config.home,
    back: name === "admin" ? undefined : new Back(),
    api,
    clock,
    session,
    snapshot,
    get tryIt() {
      return config.tryIt && { people: newcomers(name, config.tryIt), inbox: config.tryIt.inbox };
    },
    follow(refresh, { onMessage, keptUnseen } = {}) {
      const live = new Live({
        api,
        refresh,
        ...(keptUnseen === undefined ? {} : { keptUnseen }),
        now: () => clock.now,
        onClosed: () => void lookAgain(),
        onMessage: (message) => {
          // Of orders at another store that store's own page tells.
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
        // Who lost the role has nothing to listen to here, until somebody signs in.
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

/** The same work; who asks for it while it is under way waits for that. */
function single(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
