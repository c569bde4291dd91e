import type { Role } from "../../contracts/common.ts";
import type { CallerReply } from "../../contracts/http.ts";
import { type Api, codeOf } from "./api.ts";
import { keep, kept } from "./browser.ts";

/** What is kept of a session; one that no age ends has no end. */
interface Kept {
  token: string;
  expiresAt?: string;
}

/** Where an app's session is kept. */
export const sessionKey = (app: string) => `crema.session.${app}`;

/**
 * Who uses this screen. The token lives in this origin's local storage, under the app's name: all tabs of one app share it, and on one
 * laptop the display, the barista and a customer are different people.
 */
export class Session {
  /** `unknown` until the API was asked who the token belongs to. */
  status = $state<"unknown" | "signed-out" | "signed-in">("unknown");
  me = $state.raw<CallerReply>();
  /** Set when the API ended the session by itself, so that the sign-in screen can say so. */
  expired = $state(false);
  /** Set when this person may use this app no more, who could before: their role was taken away. */
  lost = $state(false);
  readonly #key: string;
  #token: string | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** A sign-out is under way: what the API says of the token meanwhile is no news. */
  #leaving = false;
  readonly #onChange = new Set<() => void>();

  constructor(app: string) {
    this.#key = sessionKey(app);
    this.#adopt(stored(this.#key));
    addEventListener("storage", (event) => {
      if (event.key === this.#key) location.reload();
    });
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** `listener` is called after each sign-in and sign-out, and when the role that opens this app is lost or given back. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** Asks who we are, unless a sign-out is under way. @throws NetworkError when there is no answer, ApiError for any but that the session is over; the token is kept then */
  async check(api: Api): Promise<void> {
    if (!this.#leaving) await this.#identify(api, () => {});
  }

  /** `then` runs in the same turn as the change of state: before a screen is drawn that begins to listen by itself. */
  async #identify(api: Api, then: () => void): Promise<void> {
    const token = this.#token;
    if (token === undefined) {
      this.status = "signed-out";
      return;
    }
    // Whoever it was asked of may have left before the answer, and somebody else come.
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

  /** Without an answer of the API: this is who the token was for. False where there is no token, or it is known better. */
  recall(me: CallerReply): boolean {
    if (this.#token === undefined || this.status !== "unknown") return false;
    this.me = me;
    this.status = "signed-in";
    return true;
  }

  /** Takes a new session in, and asks whose it is. @throws as `check` does: the session is kept, and asked for again */
  async begin(reply: Kept, api: Api): Promise<void> {
    this.#adopt(reply);
    keep(this.#key, reply);
    this.expired = false;
    await this.#identify(api, () => this.#tell());
  }

  /** The API does not know the session any more. */
  ended(): void {
    if (this.#leaving || (this.#token === undefined && this.status === "signed-out")) return;
    this.#forget();
    this.expired = true;
    this.#tell();
  }

  /** They were told that they may not use this app any more. */
  loseRole(): void {
    this.lost = true;
    this.#tell();
  }

  /** They may use it again: their role was given back. */
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
      // Ended already: that is what was wanted.
      if (codeOf(error) !== "not-signed-in") throw error;
    } finally {
      this.#leaving = false;
    }
    this.#forget();
    this.expired = false;
    this.#tell();
  }

  /** Whether the caller has one of these roles in the store. */
  has(storeId: string, ...roles: Role[]): boolean {
    return this.me?.roles[storeId]?.some((role) => roles.includes(role)) ?? false;
  }

  #adopt(reply: Kept | undefined): void {
    clearTimeout(this.#expiry);
    this.#token = reply?.token;
    if (reply === undefined) return;
    const left = Date.parse(reply.expiresAt ?? "") - Date.now();
    // Longer timers than 2^31 ms fire at once. The API has the last word in any case, for instance when our clock is wrong.
    if (left > 0 && left < 2 ** 31) this.#expiry = setTimeout(() => this.ended(), left);
  }

  #forget(): void {
    clearTimeout(this.#expiry);
    this.#token = undefined;
    this.me = undefined;
    this.lost = false;
    this.status = "signed-out";
    keep(this.#key, undefined);
  }

  #tell(): void {
    for (const listener of [...this.#onChange]) listener();
  }
}

/** Where storage is refused the session lasts as long as the page. */
function stored(key: string): Kept | undefined {
  const reply = kept(key) as Kept | undefined;
  return typeof reply?.token === "string" ? reply : undefined;
}
