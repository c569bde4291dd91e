import type { Stored } from "../../../functions/config/check.ts";

let counter = 0;
/** A document as it lies in Cosmos DB. */
export const stored = (document: Record<string, unknown> & { id: string }, _ts = 1): Stored => ({
  ...document,
  _etag: `"${counter++}"`,
  _ts,
});

export const store = (change: Record<string, unknown> = {}) => ({
  id: "store",
  kind: "store",
  storeId: "main",
  name: "Main stand",
  open: true,
  timeZone: "Europe/Berlin",
  capacity: 20,
  choosingMinutes: 5,
  makingMinutes: 15,
  codeMinutes: 5,
  scansPerCode: 10,
  openOrdersPerCustomer: 1,
  ordersPerDay: null,
  ...change,
});

export const drink = (name: string, change: Record<string, unknown> = {}) => ({
  id: `drink:${name}`,
  kind: "drink",
  storeId: "main",
  name,
  description: "long, black",
  icon: "cup",
  available: true,
  position: 10,
  options: [],
  ...change,
});

export const person = (phone: string, roles: string[]) => ({
  id: `staff:${phone}`,
  kind: "staff",
  storeId: "main",
  phone,
  name: "Alex",
  roles,
});
