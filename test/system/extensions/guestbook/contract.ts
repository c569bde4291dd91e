import * as z from "zod";
import { orderId } from "../../../../contracts/common.ts";
import type { Operations } from "../../../../contracts/operation.ts";

const place = "/stores/{storeId}/extensions/guestbook";

export const operations = {
  write: {
    method: "put",
    path: `${place}/lines/{orderId}`,
    params: z.strictObject({ orderId }),
    summary: "Writes a line",
    access: "signed-in",
    request: z.strictObject({ text: z.string().min(1).max(80) }),
    success: 202,
    reply: z.object({ by: z.string() }),
  },
  allow: {
    method: "put",
    path: `${place}/lines/{orderId}/allowed`,
    params: z.object({ orderId }),
    summary: "Lets a line be read by all",
    access: "staff",
    success: 200,
    reply: z.object({ by: z.array(z.string()) }),
  },
  days: {
    method: "get",
    path: place,
    summary: "What was kept",
    access: "anyone",
    success: 200,
    reply: z.object({ lines: z.array(z.string()), days: z.int() }),
  },
} as const satisfies Operations;
