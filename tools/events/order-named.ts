import { orderId } from "../../contracts/common.ts";
import { UsageError } from "../say-usage.ts";
import type { Stand } from "./stand.ts";

/**
 * The id of the order that somebody names: by it, by the first eight or more of its signs, or by the number that was called last.
 * @throws UsageError when it is none of these, Error when there is no such order or there are several
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
  // It may be gone while its events are not, or not be there although it was scanned for.
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
