import type { Operations } from "../../../../contracts/operation.ts";

export const operations = {
  look: {
    method: "get",
    path: "/stores/{storeId}/extensions/broken",
    summary: "Fails",
    access: "anyone",
    success: 200,
  },
} as const satisfies Operations;
