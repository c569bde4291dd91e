import type { InvocationContext } from "@azure/functions";
import type { Role } from "../../contracts/common.ts";
import { type Notice, notice } from "../../contracts/notice.ts";
import { container } from "./clients.ts";
import { somebodySpeaks } from "./notices.ts";

/** So many are read: no screen has room for more. */
const most = 20;
/** A reply that is there waits for what extensions say no longer than this, in ms. */
const patience = 500;

/** The audiences of screens that somebody with these roles may open. Pure. */
export function screensOf(roles: Role[]): string[] {
  if (roles.includes("barista") || roles.includes("admin")) return ["display", "bar"];
  return roles.includes("display") ? ["display"] : [];
}

/** What is said to these audiences now, newest first. */
export async function noticesFor(storeId: string, hears: string[], abortSignal?: AbortSignal): Promise<Notice[]> {
  if (hears.length === 0) return [];
  const names = hears.map((_, index) => `@hears${index}`);
  const query = `SELECT TOP ${most} * FROM c WHERE c.kind = 'notice' AND c.hears IN (${names.join(", ")}) AND c.until > @now ORDER BY c.at DESC`;
  const parameters = [
    { name: "@now", value: new Date().toISOString() },
    ...hears.map((value, index) => ({ name: `@hears${index}`, value })),
  ];
  const { items } = await container("catalog");
  const options = { partitionKey: storeId, ...(abortSignal && { abortSignal }) };
  const { resources } = await items.query({ query, parameters }, options).fetchAll();
  // What somebody wrote by hand, and wrongly, is no notice.
  return resources.flatMap((document) => notice.safeParse(document).data ?? []);
}

/**
 * Another reply, and what is said beside it. It is not failed by that, and hardly delayed: what cannot be had in time is left out, and nobody even looks
 * when no extension of this build speaks.
 */
export async function withNotices<T extends object>(
  reply: Promise<T>,
  storeId: string,
  hears: string[],
  log: Pick<InvocationContext, "warn">,
): Promise<T & { notices?: Notice[] }> {
  if (!somebodySpeaks()) return reply;
  const asking = new AbortController();
  let why: unknown = `there was no answer within ${patience} ms`;
  const said = noticesFor(storeId, hears, asking.signal).catch((error) => {
    why = error;
    return undefined;
  });
  try {
    const whole = await reply;
    // The client heeds the signal in what it asks, and not while it waits to ask again.
    const notices = await Promise.race([said, after(patience)]);
    if (notices !== undefined) return { ...whole, notices };
    log.warn(`The notices of ${storeId} could not be read; screens keep those that they have`, why);
    return whole;
  } finally {
    asking.abort();
  }
}

function after(milliseconds: number): Promise<undefined> {
  const over = AbortSignal.timeout(milliseconds);
  return new Promise((resolve) => {
    over.addEventListener("abort", () => resolve(undefined));
  });
}
