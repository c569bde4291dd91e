import type { InvocationContext } from "@azure/functions";
import type { Role } from "../../contracts/common.ts";
import { type Notice, notice } from "../../contracts/notice.ts";
import { container } from "./clients.ts";
import { somebodySpeaks } from "./notices.ts";

/** How many notices are read. No screen has room for more. */
const most = 20;
/** How long a reply waits for notices, in ms. */
const patience = 500;

/** The audiences whose notices somebody with these roles may see. Pure. */
export function screensOf(roles: Role[]): string[] {
  if (roles.includes("barista") || roles.includes("admin")) return ["display", "bar"];
  return roles.includes("display") ? ["display"] : [];
}

/** The current notices for these audiences, newest first. */
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
  // Ignore an invalid notice that somebody wrote by hand.
  return resources.flatMap((document) => notice.safeParse(document).data ?? []);
}

/**
 * Adds the notices to a reply. The reply cannot fail because of them and is hardly delayed: notices that cannot be read in time are left out. Nothing is
 * read if no extension of this build shows notices.
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
    // The Cosmos DB client obeys the abort signal during a request, but not while it waits for a retry.
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
