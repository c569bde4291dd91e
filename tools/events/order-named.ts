import { orderId } from "../../contracts/common.ts";
import { UsageError } from "../say-usage.ts";
import type { Stand } from "./stand.ts";

/**
 * The id of the order that the user names: by its id, by at least its first eight characters, or by its number if that was given last.
 * @throws UsageError if it is none of these, Error if there is no such order, or several
 */
export async function orderNamed(stand: Stand, named: string): Promise<string> {
  const text = named.toLowerCase().replace(/^#/, "");
  if (orderId.safeParse(text).success) return text;
  if (/^\d{1,6}$/.test(text)) {
    const [found] = await ids(stand, "c.number = @value ORDER BY c.createdAt DESC", Number(text));
    if (found !== undefined) return found;
    throw new Error(`No order of ${stand.storeId} has the number ${text}.`);
  }
  if (!/^[0-9a-f]{8}[0-9a-f-]*$/.test(text)) {
    throw new UsageError(
      `An order is named by its id, at least the first eight characters of it, or its number; "${named}" is none of these.`,
    );
  }
  const [found, another] = await ids(stand, "STARTSWITH(c.id, @value)", text);
  if (another !== undefined) throw new Error(`There are several orders whose id begins with ${text}.`);
  // The order may be deleted while its events still exist, or not exist although it was scanned.
  return found ?? (await begunFor(stand, text));
}

async function ids(stand: Stand, condition: string, value: string | number): Promise<string[]> {
  const query = `SELECT VALUE c.id FROM c WHERE c.kind = 'order' AND ${condition}`;
  const parameters = [{ name: "@value", value }];
  const { items } = stand.container("orders");
  return (await items.query<string>({ query, parameters }, { partitionKey: stand.storeId }).fetchAll()).resources;
}

async function begunFor(stand: Stand, beginning: string): Promise<string> {
  const query =
    "SELECT VALUE c.event.correlationid FROM c WHERE c.kind = 'event' AND STARTSWITH(c.event.correlationid, @value)";
  for (const name of ["orders", "codes"] as const) {
    const parameters = [{ name: "@value", value: beginning }];
    const { items } = stand.container(name);
    const { resources } = await items.query<string>({ query, parameters }, { partitionKey: stand.storeId }).fetchAll();
    const [found, ...more] = new Set(resources);
    if (more.length > 0) throw new Error(`There are several orders whose id begins with ${beginning}.`);
    if (found !== undefined) return found;
  }
  throw new Error(`There is no order of ${stand.storeId} whose id begins with ${beginning}.`);
}
