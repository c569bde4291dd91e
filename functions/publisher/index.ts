import type { NoticesReply } from "../../contracts/http.ts";
import { tellAfterScreens } from "../platform/after-screens.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { hears } from "../platform/hears.ts";
import { audienceName } from "../platform/notices.ts";
import { noticesFor, screensOf } from "../platform/notices-shown.ts";
import { reply, route } from "../platform/route.ts";
import { sweepEpochs } from "./epochs.ts";
import { liveConnection } from "./live.ts";
import { holdsNotices } from "./personal.ts";
import { publish } from "./publish.ts";

hears("publisher", async (received, context) => {
  const event = await publish(received, context);
  if (event !== undefined) await tellAfterScreens(event, context);
});

route({
  name: "publisher-live",
  method: "GET",
  path: "stores/{storeId}/live",
  access: "anyone",
  async handler({ storeId, caller, standing }) {
    const { roles, epoch } = await standing();
    return reply(200, await liveConnection(storeId, await caller(), roles, epoch));
  },
});

route({
  name: "publisher-notices",
  method: "GET",
  path: "stores/{storeId}/notices",
  access: "signed-in",
  handler: async ({ storeId, who, standing }) => {
    const { roles } = await standing();
    const hears = [...screensOf(roles), audienceName({ customer: who.customerId })];
    const [notices] = await Promise.all([noticesFor(storeId, hears), catalogPage(storeId)]);
    return reply(200, { notices, now: new Date().toISOString() } satisfies NoticesReply);
  },
});

holdsNotices();
everyMinute(sweepEpochs);
