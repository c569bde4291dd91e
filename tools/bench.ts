import { parseArgs } from "node:util";
import { firstVisit } from "../bench/first-visit.ts";
import { orderWay } from "../bench/order-way.ts";
import { recordingCost } from "../bench/recording.ts";
import { socketsCost } from "../bench/sockets.ts";
import { startTimes } from "../bench/start.ts";

const { values } = parseArgs({
  options: { orders: { type: "string", default: "500" }, "at-once": { type: "string", default: "50" } },
});
await orderWay({ orders: Number(values.orders), atOnce: Number(values["at-once"]) });
await recordingCost({ pairs: 15, customers: 40, orders: 120 });
await socketsCost({ pairs: 15, customers: 40, orders: 120 });
await firstVisit({ runs: 5 });
await startTimes({ runs: 5 });
await import("../bench/durable.ts");
process.exit(0);
