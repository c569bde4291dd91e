import type { StaffPage } from "../../../contracts/catalog.ts";
import { hub, groups as names } from "../../../contracts/push.ts";
import { isOpen, type SessionDocument, sessionIdOf } from "../../../functions/platform/caller.ts";
import type { Look } from "./look.ts";
import { isAboutReady } from "./texts.ts";

/** Groups that only staff of a store belong to. */
const kinds = ["staff", "display", "admin"] as const;

/**
 * Every connection belongs to a valid session, and receives a store's work only with a current role there; no device considers itself signed in with
 * an ended session; and after a sign-out everywhere no earlier session is valid. A code opens one session, however often it is entered.
 * Checked some minutes after the end, when the sweep has closed what could not be closed at once.
 */
export function sessions(looks: readonly Look[]): string[] {
  const [first] = looks;
  if (first === undefined) return [];
  const { azure } = first.world;
  const kept = first.world.identity<SessionDocument>("c.kind = 'session'");
  // The machine's clock is not that of the stands.
  const now = azure.clock.now();
  const open = new Map(kept.filter((one) => isOpenAt(one, now)).map((one) => [one.id, one]));
  const bySession = new Map([...open.values()].map((session) => [names.session(session.id), session]));
  // Nothing is sent to the groups of an earlier epoch any more.
  const ofStaff = new Map(
    looks.flatMap((look) => {
      const { store } = look.played;
      const { epoch, people = [] } = staffAt(look) ?? {};
      return kinds.map((kind) => [names[kind](store, epoch), { kind, store, people }] as const);
    }),
  );
  const wrong: string[] = [];
  for (const { connectionId, groups } of azure.webPubSub.connections(hub)) {
    const session = groups.map((group) => bySession.get(group)).find((one) => one !== undefined);
    if (session === undefined) {
      wrong.push(`Connection ${connectionId} is of no session that is open, and hears ${groups.join(", ")}.`);
      continue;
    }
    for (const group of groups) {
      const { kind, store = "", people = [] } = ofStaff.get(group) ?? {};
      if (kind !== undefined && !may(session, kind, store, people))
        wrong.push(`${session.phone ?? "A screen"} is not ${kind} of ${store} any more, and hears ${group}.`);
    }
  }
  const { everywhere } = first.played.signedOut;
  for (const { customerId, openedAt = "" } of open.values())
    if (Date.parse(openedAt) < (everywhere.get(customerId) ?? 0))
      wrong.push(`${customerId} signed out everywhere, and is signed in since ${openedAt}.`);
  const codes = Map.groupBy(
    azure.sms.messages().filter((message) => !isAboutReady(message)),
    ({ to }) => to,
  );
  for (const [phone, opened] of Map.groupBy(kept, (session) => session.phone || undefined)) {
    const { length: sent } = codes.get(phone ?? "") ?? [];
    if (phone !== undefined && opened.length > sent)
      wrong.push(`${phone} was sent ${sent} codes, and has ${opened.length} sessions of them.`);
  }
  for (const { played } of looks)
    for (const { device } of played.screens)
      if (device.token !== undefined && !open.has(sessionIdOf(device.token)))
        wrong.push(`${device.phone} takes itself to be signed in, and is not.`);
  return wrong;
}

function isOpenAt(session: SessionDocument, now: number): boolean {
  const { expiresAt, ...others } = session;
  return isOpen(others as SessionDocument) && (expiresAt === undefined || Date.parse(expiresAt) > now);
}

const staffAt = ({ world, played }: Look): StaffPage | undefined =>
  world.documents<StaffPage>("catalog", played.store, "c.id = 'staff'")[0];

function may({ phone, display }: SessionDocument, kind: string, store: string, people: StaffPage["people"]): boolean {
  if (display) return kind === "display" && display.storeId === store;
  const roles = people.find((person) => person.phone === phone)?.roles ?? [];
  return kind === "staff" ? roles.some((role) => role !== "display") : roles.some((role) => role === kind);
}
