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

/** What this stand allows: fewer places than the seed, so that a rush fills them, and codes for more people than it has places for. */
const settings = { capacity: 8, scansPerCode: 18 };

/** The morning: it begins slowly, at ten all come at once, then it is quiet again, until the stand closes. */
const hours = [
  { customers: 24, anHour: 70, visits: 30, seed: 94 },
  { customers: 60, anHour: 260, visits: 62, seed: 33 },
  { customers: 24, anHour: 80, visits: 30, seed: 217 },
];

/** Lets robots live through the morning at a stand of their own; `then` has it at its end. @returns what they met, by the table of each part */
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
  /** What the admin does while the others are at work, so long after they began. */
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
    // What was begun ends, in time or for want of it.
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
