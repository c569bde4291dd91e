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

/** How long a code is valid, in seconds: enough to fetch a phone and sign in on it. */
export const pairingGoodFor = 10 * 60;
/** Limits per minute: of codes requested by one network, and of codes typed by one admin. */
const mostAsked = 20;
const mostTyped = 10;

/** A screen that requests to become a display. Neither its code nor its secret can be derived from the document. */
interface PairingDocument {
  /** `pairing:` and the SHA-256 of the code. It contains no store, since the admin who approves it chooses the store. */
  id: string;
  kind: "pairing";
  /** The id of its future session, derived from the secret that only the screen has. */
  sessionId: string;
  device: Device;
  /** A hash of the network that the screen is in. */
  network: string;
  askedAt: string;
  expiresAt: string;
  /** The approval, to recognize a repeated request. */
  approved?: { by: string; storeId: string; name: string };
  ttl: number;
}

type Log = Pick<InvocationContext, "warn">;

const idOf = (code: string) => `pairing:${sha256(code)}`;
const networkOf = (networks: [Network, ...Network[]]) => sha256(widest(networks)).slice(0, 16);

/**
 * Starts to pair a screen; nobody needs to be signed in on it. The screen gets a code to show and a secret to keep. This is similar to the device grant
 * of OAuth (RFC 8628), but the secret itself becomes the session token, so that no token has to be handed out after the approval.
 * @param storeId the store in the screen's URL. The link for the admin leads there; the admin may choose another store.
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
    // Another screen has the same code now, which hardly ever happens.
    if (!(await createNew(identity, pairing))) continue;
    const url = `${settings().siteOrigin}/admin?store=${storeId}#devices/${code}`;
    return { code, secret, url, expiresAt, live: await addressOf(sessionId), now: new Date().toISOString() };
  }
  throw new Refusal("try-again", "No code was free just now. Please try again.");
}

/** The state of a pairing, for the screen itself. @throws Refusal `pairing-over` if it needs another code */
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

/** The screen that shows a code, so that an admin can check it before approval. @throws Refusal `pairing-over`, `too-many-requests` */
export async function askingWith(code: string, admin: Who, networks: [Network, ...Network[]]): Promise<AskingReply> {
  const pairing = await typed(code, admin);
  if (pairing.approved) throw over();
  const { device, askedAt, expiresAt, network } = pairing;
  const sameNetwork = network === networkOf(networks);
  return { code, device, askedAt, sameNetwork, expiresAt, now: new Date().toISOString() };
}

/**
 * Makes the screen that shows a code a display of the admin's store, whichever store it was opened for. Its session does not expire. A code can be
 * approved once; a repeated request of the same admin changes nothing.
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
    // Two concurrent requests: either a repetition, or another admin was first.
    const { resource } = await identity.item(sessionId, sessionId).read<SessionDocument>();
    if (!resource || !isOpen(resource) || !isDeepStrictEqual(resource.display, { storeId, name })) throw over();
  }
  try {
    await identity.item(pairing.id, pairing.id).patch([{ op: "set", path: "/approved", value: approved }]);
    await (await webPubSub()).group(groups.pairing(sessionId)).sendToAll({ kind: "paired" } satisfies PairingMessage);
  } catch (error) {
    // The screen is paired nevertheless: it polls before its code expires.
    log.warn("A screen that was paired could not be told at once", error);
  }
}

/** Finds a typed code. Each attempt counts, right or wrong, and in one limit for all stores, since a code is valid in each of them. */
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

/** Eight letters out of twenty: one of 25,600 million codes. */
function randomCode(): string {
  return Array.from({ length: pairingLength }, () => pairingAlphabet[randomInt(pairingAlphabet.length)]).join("");
}

function over(): Refusal {
  return new Refusal("pairing-over", "No screen shows this code now, or it was used. Please look at the screen again.");
}
