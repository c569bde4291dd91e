import type { Role } from "../../contracts/common.ts";
import type { CallerReply } from "../../contracts/http.ts";
import { type Api, codeOf } from "./api.ts";
import { keep, kept } from "./browser.ts";

/** What is needed of a stored session. */
interface Kept {
  token: string;
}

/** The storage key of an app's session. */
export const sessionKey = (app: string) => `crema.session.${app}`;

/**
 * The user of this screen, until the API says that the session is over: the device's clock may be wrong, and the service closes the connection of a session that
 * has expired. The token is in this origin's local storage, under the app's name: all tabs of one app share it, and on one laptop the
 * display, the barista and a customer are different people.
 */
export class Session {
  /** `unknown` until the API has said who the token belongs to. */
  status = $state<"unknown" | "signed-out" | "signed-in">("unknown");
  me = $state.raw<CallerReply>();
  /** Set when the API ended the session, so that the sign-in screen can say so. */
  expired = $state(false);
  /** Set when the user may no longer use this app: their role was removed. */
  lost = $state(false);
  readonly #key: string;
  #token: string | undefined;
  /** A sign-out is under way: errors about the token are ignored meanwhile. */
  #leaving = false;
  readonly #onChange = new Set<() => void>();

  constructor(app: string) {
    this.#key = sessionKey(app);
    this.#token = stored(this.#key)?.token;
    addEventListener("storage", (event) => {
      if (event.key === this.#key) location.reload();
    });
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** `listener` is called after each sign-in and sign-out, and when the role for this app is lost or restored. Returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /**
   * Asks who the user is, unless a sign-out is under way. @throws NetworkError if there is no response, ApiError for any error except an ended
   * session; the token is kept in both cases
   */
  async check(api: Api): Promise<void> {
    if (!this.#leaving) await this.#identify(api, () => {});
  }

  /** `then` runs in the same turn as the change of state: before a screen is rendered that starts listening by itself. */
  async #identify(api: Api, then: () => void): Promise<void> {
    const token = this.#token;
    if (token === undefined) {
      this.status = "signed-out";
      return;
    }
    // The user may have signed out before the response, and another one signed in.
    const isHere = () => this.#token === token;
    try {
      const me = await api.me();
      if (!isHere()) return;
      this.me = me;
      this.status = "signed-in";
      then();
    } catch (error) {
      if (codeOf(error) !== "not-signed-in") throw error;
      if (isHere()) this.ended();
    }
  }

  /** Sets the user without a response of the API: the one that the token was for. False if there is no token, or the user is known already. */
  recall(me: CallerReply): boolean {
    if (this.#token === undefined || this.status !== "unknown") return false;
    this.me = me;
    this.status = "signed-in";
    return true;
  }

  /** Starts a new session, and asks whose it is. @throws as `check` does: the session is kept, and the question repeated later */
  async begin(reply: Kept, api: Api): Promise<void> {
    this.#token = reply.token;
    keep(this.#key, reply);
    this.expired = false;
    await this.#identify(api, () => this.#tell());
  }

  /** The API no longer knows the session. */
  ended(): void {
    if (this.#leaving || (this.#token === undefined && this.status === "signed-out")) return;
    this.#forget();
    this.expired = true;
    this.#tell();
  }

  /** The user was told that they may no longer use this app. */
  loseRole(): void {
    this.lost = true;
    this.#tell();
  }

  /** The user may use it again: their role was restored. */
  regainRole(): void {
    this.lost = false;
    this.#tell();
  }

  /** Ends the session, here or on all devices. @throws ApiError, NetworkError: then nothing has changed here */
  async signOut(api: Api, where: "here" | "everywhere" = "here"): Promise<void> {
    this.#leaving = true;
    try {
      await (where === "here" ? api.signOut() : api.signOutEverywhere());
    } catch (error) {
      // Ended already, which is the wanted result.
      if (codeOf(error) !== "not-signed-in") throw error;
    } finally {
      this.#leaving = false;
    }
    this.#forget();
    this.expired = false;
    this.#tell();
  }

  /** Whether the user has one of these roles in the store. */
  has(storeId: string, ...roles: Role[]): boolean {
    return this.me?.roles[storeId]?.some((role) => roles.includes(role)) ?? false;
  }

  #forget(): void {
    // Another tab may have stored a newer session: a page with unsaved changes is not loaded again then.
    if (stored(this.#key)?.token === this.#token) keep(this.#key, undefined);
    this.#token = undefined;
    this.me = undefined;
    this.lost = false;
    this.status = "signed-out";
  }

  #tell(): void {
    for (const listener of [...this.#onChange]) listener();
  }
}

/** Without storage, the session lasts as long as the page. */
function stored(key: string): Kept | undefined {
  const reply = kept(key) as Kept | undefined;
  return typeof reply?.token === "string" ? reply : undefined;
}
