import type { PairingReply } from "../../contracts/pairing.ts";
import { approvePairing, askDevices, endDevice, endDevicesOf } from "../../web/admin/calls.ts";
import type { Api } from "../../web/lib/api.ts";
import type { Life } from "../robots/life.ts";
import type { Bar } from "./bar.ts";
import type { Deed } from "./day.ts";

/** What an owner's actions use. */
export interface Ways {
  life: Life;
  api: Api;
  store: string;
  bar: Bar;
  /** Retries a step until it succeeds. */
  insist(step: () => Promise<unknown>): Promise<void>;
}

/** After all devices of a person are signed out, they receive nothing any more. */
export async function signOutOf(deed: Extract<Deed, { does: "sign-out" }>, ways: Ways): Promise<void> {
  const { life, api, bar, insist } = ways;
  const { phones, deviceOf, endsWithin, calm, wrong, signInAnew } = bar;
  const theirs = deviceOf(phones[deed.barista] ?? "");
  const person = theirs?.me?.customerId;
  if (theirs === undefined || person === undefined) return;
  const { token } = theirs;
  // A person without the role is missing from the list of staff devices.
  let listed = false;
  await insist(async () => {
    listed = (await askDevices(api)).devices.some((device) => device.person === person);
    if (listed) await endDevicesOf(api, person);
  });
  if (!listed) return;
  await life.sleep(endsWithin);
  if (calm && token !== undefined && theirs.token === token)
    wrong(`All devices of ${theirs.phone} were signed out, and one does not know it.`);
  await life.sleep(deed.lasts);
  await signInAnew(theirs);
}

/** A screen that was paired and then removed shows and receives nothing any more. */
export async function pair(deed: Extract<Deed, { does: "pair" }>, ways: Ways): Promise<void> {
  const { life, api, store, bar, insist } = ways;
  const { endsWithin, calm, wrong, hangAnother } = bar;
  const { screen, hang, takeDown } = hangAnother();
  let asked: PairingReply | undefined;
  await insist(async () => {
    // A pairing that was not approved in time is requested again.
    if (asked !== undefined && Date.parse(asked.expiresAt) <= life.time.now()) asked = undefined;
    asked ??= await screen.api.inStore<PairingReply>("POST", "/pairings", { body: {}, anonymous: true });
    await approvePairing(api, store, asked.code, screen.phone);
    await screen.begin(asked.secret);
  });
  if (!screen.signedIn) return;
  hang();
  await life.sleep(deed.lasts);
  takeDown();
  await insist(async () => {
    const { devices } = await askDevices(api);
    for (const { id, paired, name } of devices) if (paired && name === screen.phone) await endDevice(api, id);
  });
  await life.sleep(endsWithin);
  if (calm && screen.signedIn) wrong(`${screen.phone} is paired no more, and does not know it.`);
}
