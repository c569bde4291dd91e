import { app } from "@azure/functions";
import { everyMinute } from "../platform/every-minute.ts";
import { reply, route } from "../platform/route.ts";
import { sweepEpochs } from "./epochs.ts";
import { liveConnection } from "./live.ts";
import { publish } from "./publish.ts";

app.eventGrid("publisher", { handler: (event: unknown, context) => publish(event, context) });

route({
  name: "publisher-live",
  method: "GET",
  path: "stores/{storeId}/live",
  access: "anyone",
  handler: async ({ storeId, who, roles, epoch }) => reply(200, await liveConnection(storeId, who, roles, epoch)),
});

everyMinute(sweepEpochs);
