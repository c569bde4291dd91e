import type { HttpResponseInit } from "@azure/functions";
import type { OrdersQuery } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { localTime } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { csv, csvReply } from "../platform/csv.ts";
import { pastOrders } from "./history.ts";

/** How many orders one part of a file contains. It limits the memory that is needed. */
const most = 1000;

/**
 * Past orders as one part of a CSV file, newest first, one line each. Times are in the store's time zone and in UTC. The file contains no personal
 * data that staff screens do not show. @throws Refusal `bad-request`, `unknown-store`
 */
export async function ordersFile(storeId: string, filters: OrdersQuery): Promise<HttpResponseInit> {
  const [{ store }, found] = await Promise.all([catalogPage(storeId), pastOrders(storeId, filters, most)]);
  const { orders, continuation } = found;
  const first = filters.continuation === undefined;
  const columns = columnsIn(store.timeZone);
  const head = first ? [columns.map(([name]) => name)] : [];
  const lines = orders.map((order) => columns.map(([, of]) => of(order)));
  const given = Object.entries({ ...filters, continuation }).filter((entry) => entry[1] !== undefined);
  const next = continuation === undefined ? undefined : new URLSearchParams(given as [string, string][]);
  return csvReply(`orders-${storeId}.csv`, csv([...head, ...lines]), { header: first, next });
}

type Column = [name: string, of: (order: OrderView) => string | number | undefined];

const times = ["createdAt", "submittedAt", "queuedAt", "claimedAt", "readyAt", "endedAt"] as const;
const nameOf = (time: (typeof times)[number]): string => time.replace("At", "");

function columnsIn(timeZone: string): Column[] {
  return [
    ["order", ({ id }) => id],
    ["number", ({ number }) => number],
    ["state", ({ state }) => state],
    ["drink", ({ drink }) => drink?.name],
    ["options", ({ options }) => options?.map(({ groupName, choiceName }) => `${groupName}: ${choiceName}`).join("; ")],
    ["placed", ({ counter }) => (counter ? "counter" : "phone")],
    ["barista", ({ barista }) => barista?.name],
    ["ended by", ({ end, state }) => (end?.by === "system" ? (state === "expired" ? "clock" : "workflow") : end?.by)],
    ["ended by name", ({ end }) => end?.name],
    ["reason", ({ end }) => end?.why ?? end?.reason],
    ["note", ({ end }) => end?.note],
    ...times.map(
      (time): Column => [
        `${nameOf(time)} (${timeZone})`,
        ({ [time]: at }) => at && localTime(Date.parse(at), timeZone),
      ],
    ),
    ...times.map((time): Column => [`${nameOf(time)} (UTC)`, ({ [time]: at }) => at]),
  ];
}
