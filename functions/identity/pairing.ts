import { randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { InvocationContext } from "@azure/functions";
import type { Device } from "../../contracts/device.ts";
import {
  type AskingReply,
  type PairingLookReply,
  type PairingMessage,
  type PairingReply,
  pairingAlphabet,
  pairingLength,
} from "../../contracts/pairing.ts";
import { groups } from "../../contracts/push.ts";
import { isOpen, type SessionDocument, sessionIdOf, type Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { type Network, widest } from "../platform/client-address.ts";
import { container, webPubSub } from "../platform/clients.ts";
import { listenWithin } from "../platform/connections.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { countTry } from "../platform/tries.ts";
import { createNew } from "../platform/writes.ts";
import { randomId, randomSecret, sha256 } from "./secrets.ts";

/** In seconds: time to fetch a phone and sign in on it. */
export const pairingGoodFor = 10 * 60;
/** In a minute: codes that one network may have made, and codes that one admin may type. */
const mostAsked = 20;
const mostTyped = 10;

/** A screen that asks to be a display. Neither its code nor its secret can be told from it. */
interface PairingDocument {
  /** `pairing:` and the SHA-256 of the code. Which store's display it becomes, whoever approves says. */
  id: string;
  kind: "pairing";
  /** Of the session that it gets: made of the secret that only the screen has. */
  sessionId: string;
  device: Device;
  /** A hash of the network that it asks from. */
  network: string;
  askedAt: string;
  expiresAt: string;
  /** Who approved it, and as what: to know the same again. */
  approved?: { by: string; storeId: string; name: string };
  ttl: number;
}

type Log = Pick<InvocationContext, "warn">;

const idOf = (code: string) => `pairing:${sha256(code)}`;
const networkOf = (networks: [Network, ...Network[]]) => sha256(widest(networks)).slice(0, 16);

/**
 * Begins to pair a screen, which nobody need be signed in for: it gets a code to show and a secret to keep. As in the device grant of OAuth (RFC 8628), but the
 * secret itself becomes the token of its session, so that none need be handed out after the approval.
 * @param storeId of the address that it was opened with: where its link leads an admin, who may choose another
 * @throws Refusal `unknown-store`, `too-many-requests`, `try-again`
 */
export async function startPairing(
  storeId: string,
  device: Device,
  networks: [Network, ...Network[]],
): Promise<PairingReply> {
  const from = widest(networks);
  const detail = "Too many screens of this network ask to be paired. Please wait a moment.";
  await countTry({ storeId: "", kind: "pairings", who: `network ${from}`, most: mostAsked, detail });
  await catalogPage(storeId);
  const secret = randomSecret();
  const sessionId = sessionIdOf(secret);
  const [now, network] = [Date.now(), networkOf(networks)];
  const expiresAt = new Date(now + pairingGoodFor * 1000).toISOString();
  const asking = { kind: "pairing" as const, sessionId, device, network };
  const identity = await container("identity");
  for (let round = 0; round < 3; round++) {
    const code = randomCode();
    const times = { askedAt: new Date(now).toISOString(), expiresAt, ttl: pairingGoodFor };
    const pairing: PairingDocument = { id: idOf(code), ...asking, ...times };
    // Another screen shows the same just now: once in a lifetime.
    if (!(await createNew(identity, pairing))) continue;
    const url = `${settings().siteOrigin}/admin?store=${storeId}#devices/${code}`;
    return { code, secret, url, expiresAt, live: await addressOf(sessionId), now: new Date().toISOString() };
  }
  throw new Refusal("try-again", "No code was free just now. Please try again.");
}

/** How far a screen's pairing is, for the screen itself. @throws Refusal `pairing-over` when it needs another code */
export async function lookAtPairing(code: string, secret: string): Promise<PairingLookReply> {
  const now = new Date().toISOString();
  const sessionId = sessionIdOf(secret);
  const identity = await container("identity");
  const { resource: session } = await identity.item(sessionId, sessionId).read<SessionDocument>();
  if (session && isOpen(session)) return { state: "paired", now };
  const pairing = await read(code);
  if (session || pairing?.sessionId !== sessionId) throw over();
  return { state: "waiting", live: await addressOf(sessionId), now };
}

/** What asks with a code, for an admin to see before they approve it. @throws Refusal `pairing-over`, `too-many-requests` */
export async function askingWith(code: string, admin: Who, networks: [Network, ...Network[]]): Promise<AskingReply> {
  const pairing = await typed(code, admin);
  if (pairing.approved) throw over();
  const { device, askedAt, expiresAt, network } = pairing;
  const sameNetwork = network === networkOf(networks);
  return { code, device, askedAt, sameNetwork, expiresAt, now: new Date().toISOString() };
}

/**
 * Makes the screen that shows a code a display of the admin's store, whichever it was opened for: no age ends that. Each code is good for one; the same admin's repetition changes nothing.
 * @throws Refusal `pairing-over`, `too-many-requests`
 */
export async function approvePairing(storeId: string, code: string, name: string, admin: Who, log: Log): Promise<void> {
  const pairing = await typed(code, admin);
  const approved = { by: admin.customerId, storeId, name };
  if (pairing.approved) {
    if (isDeepStrictEqual(pairing.approved, approved)) return;
    throw over();
  }
  const { sessionId, device } = pairing;
  const openedAt = new Date().toISOString();
  const identity = await container("identity");
  const session: SessionDocument = {
    id: sessionId,
    kind: "session",
    customerId: randomId(),
    display: { storeId, name },
    app: "display",
    device,
    openedAt,
    seenAt: openedAt,
    ttl: -1,
  };
  if (!(await createNew(identity, session))) {
    // Asked twice at once, or somebody else was first.
    const { resource } = await identity.item(sessionId, sessionId).read<SessionDocument>();
    if (!resource || !isOpen(resource) || !isDeepStrictEqual(resource.display, { storeId, name })) throw over();
  }
  try {
    await identity.item(pairing.id, pairing.id).patch([{ op: "set", path: "/approved", value: approved }]);
    await (await webPubSub()).group(groups.pairing(sessionId)).sendToAll({ kind: "paired" } satisfies PairingMessage);
  } catch (error) {
    // It is paired all the same: the screen asks before its code is over.
    log.warn("A screen that was paired could not be told at once", error);
  }
}

/** Counted before it is known whether the code is right, and once for all stores that the admin runs: a code is good in each of them. */
async function typed(code: string, { customerId }: Who): Promise<PairingDocument> {
  const detail = "Too many codes were tried. Please wait a moment.";
  await countTry({ storeId: "", kind: "pairings", who: `admin ${customerId}`, most: mostTyped, detail });
  const pairing = await read(code);
  if (pairing === undefined) throw over();
  return pairing;
}

async function read(code: string): Promise<PairingDocument | undefined> {
  const id = idOf(code);
  const { resource } = await (await container("identity")).item(id, id).read<PairingDocument>();
  return resource && Date.parse(resource.expiresAt) > Date.now() ? resource : undefined;
}

async function addressOf(sessionId: string): Promise<string> {
  const { url } = await (await webPubSub()).getClientAccessToken({
    groups: [groups.pairing(sessionId)],
    expirationTimeInMinutes: listenWithin / 60_000,
  });
  return url;
}

/** Eight of twenty letters: one of 25,600 million. */
function randomCode(): string {
  return Array.from({ length: pairingLength }, () => pairingAlphabet[randomInt(pairingAlphabet.length)]).join("");
}

function over(): Refusal {
  return new Refusal("pairing-over", "No screen shows this code now, or it was used. Please look at the screen again.");
}
