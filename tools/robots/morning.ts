import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { askConfig, putDocument } from "../../web/admin/calls.ts";
import type { Api } from "../../web/lib/api.ts";
import { setAvailable, setOpen } from "../../web/lib/staff/store-calls.ts";
import { people, standOptions } from "../stand-options.ts";
import { startCrowd } from "./crowd.ts";
import { Device } from "./device.ts";
import { minute } from "./habits.ts";
import { localInbox } from "./inbox.ts";
import { Ledger } from "./ledger.ts";
import { Life } from "./life.ts";
import { tableOf } from "./table.ts";
import { SteppedTime } from "./time.ts";

/** A Monday, five to nine in Berlin. */
const begins = Date.parse("2026-06-15T06:55:00Z");

/** The stand's settings: fewer places than the seed data, so that a rush fills them, and codes for more people than it has places for. */
const settings = { capacity: 8, scansPerCode: 18 };

/** The morning: a slow start, a rush at ten, then quiet until the stand closes. */
const hours = [
  { customers: 24, anHour: 70, visits: 30, seed: 94 },
  { customers: 60, anHour: 260, visits: 62, seed: 33 },
  { customers: 24, anHour: 80, visits: 30, seed: 217 },
];

/** Runs the robots through the morning at a stand of their own; `then` gets the stand at the end. @returns the results, as a table for each part */
export async function liveMorning(then: (azure: LocalAzure) => Promise<void>): Promise<string[]> {
  const azure = await startLocalAzure({
    ...standOptions({ siteOrigin: "http://localhost", timeZone: "Europe/Berlin" }),
    log: silentLog,
    heldAt: begins,
  });
  try {
    await azure.settle();
    const tables = await live(azure);
    await then(azure);
    return tables;
  } finally {
    await azure.stop();
  }
}

async function live(azure: LocalAzure): Promise<string[]> {
  const { clock, advance, settle } = azure;
  const time = new SteppedTime({ now: () => clock.now(), advance, settle });
  const inbox = localInbox(azure.sms.inboxUrl, (work) => time.during(work));
  const address = { api: `${azure.functions?.origin}/api`, store: "main" };
  const never = new AbortController().signal;
  const life = new Life(time, new Ledger(), never);
  const phone = people.find(({ roles }) => roles.includes("admin"))?.phone ?? "";
  const admin = new Device(life, address, phone);
  const { api } = admin;
  const soldOut = (available: boolean) => setAvailable(api, "drink:flat-white", available);
  const tables: string[] = [];
  /** The admin's actions during each part, with their delays. */
  const meanwhile: Record<number, () => Promise<void>> = {
    1: async () => {
      await life.sleep(6 * minute);
      await soldOut(false);
      await life.sleep(9 * minute);
      await soldOut(true);
    },
    2: async () => {
      await life.sleep(17 * minute);
      await setOpen(api, false);
    },
  };
  try {
    await time.run(
      admin.signIn(inbox).then(async () => {
        await setUp(api);
      }),
    );
    for (const [at, crowd] of hours.entries()) {
      const stand = { address, people, inbox, time, stop: never };
      const { ended } = startCrowd({ baristas: 2, makeRoom: false, ...crowd }, stand);
      const [outcome] = await time.run(Promise.all([ended, meanwhile[at]?.()]));
      tables.push(tableOf(outcome));
    }
    // What has begun ends, in time or by its deadline.
    await advance(21 * minute);
  } finally {
    admin.close();
  }
  return tables;
}

async function setUp(api: Api): Promise<void> {
  const found = (await askConfig(api)).documents.find(({ document }) => document.id === "store");
  if (found) await putDocument(api, { ...found.document, ...settings }, found.etag);
}
