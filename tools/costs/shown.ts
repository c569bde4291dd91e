import type { Profile } from "./bill.ts";

/** The stands on the page, smallest first. */
export const shown: readonly { ordersADay: number; profile: Profile }[] = [
  { ordersADay: 100, profile: "lean" },
  { ordersADay: 300, profile: "lean" },
  { ordersADay: 1000, profile: "lean" },
  { ordersADay: 1000, profile: "production" },
  { ordersADay: 10_000, profile: "production" },
  { ordersADay: 100_000, profile: "production" },
];
