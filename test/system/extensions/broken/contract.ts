import * as z from "zod";
import type { Operations } from "../../../../contracts/operation.ts";

export const operations = {
  look: {
    method: "get",
    path: "/stores/{storeId}/extensions/broken",
    summary: "Fails",
    access: "anyone",
    success: 200,
  },
  count: {
    method: "get",
    path: "/stores/{storeId}/extensions/broken/count",
    summary: "Answers what it did not promise",
    access: "anyone",
    success: 200,
    reply: z.object({ orders: z.int() }),
  },
} as const satisfies Operations;
