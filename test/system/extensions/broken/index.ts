import { Extension } from "../../../../functions/platform/extension.ts";
import { operations } from "./contract.ts";
import declaration from "./extension.json" with { type: "json" };

/** An extension with a fault in all that it does. */
const broken = new Extension(declaration);
const fails = async (): Promise<undefined> => {
  throw new Error("out of order");
};

broken.onEvents({
  "crema.code.scanned.v1": fails,
  "crema.order.admitted.v1": fails,
  "crema.order.submitted.v1": fails,
  "crema.order.queued.v1": fails,
  "crema.order.claimed.v1": fails,
  "crema.order.ready.v1": fails,
  "crema.order.collected.v1": fails,
});
broken.routes(operations, { look: fails, count: async () => ({ orders: Number("many") }) });
