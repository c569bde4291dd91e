import type { InvocationContext } from "@azure/functions";
import type { Role } from "../../contracts/common.ts";
import { type Notice, notice } from "../../contracts/notice.ts";
import { container } from "./clients.ts";
import { somebodySpeaks } from "./notices.ts";

/** So many are read: no screen has room for more. */
const most = 20;
/** Orders wait for what extensions say no longer than this, in ms. */
const patience = 1_000;

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
 * The same as a part of another reply, which it never fails and hardly delays: nothing when it cannot be had in time, and nothing, without a look, when no
 * extension of this build speaks.
 */
export async function noticesBeside(
  storeId: string,
  hears: string[],
  log: Pick<InvocationContext, "warn">,
): Promise<{ notices?: Notice[] }> {
  if (!somebodySpeaks()) return {};
  try {
    return { notices: await noticesFor(storeId, hears, AbortSignal.timeout(patience)) };
  } catch (error) {
    log.warn(`The notices of ${storeId} could not be read; screens keep those that they have`, error);
    return {};
  }
}
