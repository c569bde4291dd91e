import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { type CodeReply, holdRequest, scanRequest } from "../../contracts/http.ts";
import { activities, type GiveBackScan } from "../../contracts/workflow.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { clientNetworks, widest } from "../platform/client-address.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { Refusal } from "../platform/refusal.ts";
import { reply, route } from "../platform/route.ts";
import { settings } from "../platform/settings.ts";
import { traceOf } from "../platform/trace.ts";
import { currentWindow } from "./current-window.ts";
import { giveBack } from "./give-back.ts";
import { hold } from "./hold.ts";
import { holdsScans } from "./personal.ts";
import { countingRefused } from "./refused-scans.ts";
import { scan } from "./scan.ts";
import { startUnheard } from "./sweep.ts";
import { tellRefusedScans } from "./tell-refused-scans.ts";
import { windowOf } from "./window.ts";

route({
  name: "codes-current",
  method: "GET",
  path: "stores/{storeId}/code",
  access: ["display", "barista", "admin"],
  async handler({ storeId, context }) {
    const window = await currentWindow(await catalogPage(storeId), traceOf(context));
    const { code } = window;
    const url = `${settings().siteOrigin}/?${new URLSearchParams({ store: storeId, code })}`;
    const shown = window.scansLeft > 0 ? { code, url } : {};
    const body: CodeReply = { window: windowOf(window), ...shown, now: new Date().toISOString() };
    return reply(200, body);
  },
});

route({
  name: "codes-hold",
  method: "POST",
  path: "stores/{storeId}/holds",
  access: "anyone",
  body: holdRequest,
  async handler({ storeId, request, body, context }) {
    const asked = { ...body, network: widest(clientNetworks(request.headers)), traceparent: traceOf(context) };
    // A caller with too many attempts here can still sign in and scan. Then that scan is counted.
    const held = await countingRefused(storeId, context, async () => hold(await catalogPage(storeId), asked), [
      "too-many-requests",
    ]);
    return reply(held.repeated ? 200 : 201, held);
  },
});

route({
  name: "codes-scan",
  method: "POST",
  path: "stores/{storeId}/scans",
  access: "signed-in",
  body: scanRequest,
  async handler({ storeId, who, body, context }) {
    if (who.display) throw new Refusal("forbidden", "A paired screen cannot order.");
    const request = { customerId: who.customerId, ...body, traceparent: traceOf(context) };
    const scanned = await countingRefused(storeId, context, async () => scan(await catalogPage(storeId), request));
    return reply(scanned.repeated ? 200 : 201, scanned);
  },
});

holdsScans();
everyMinute(tellRefusedScans);
everyMinute(startUnheard);

df.app.activity(activities.giveBackScan, {
  handler: (order: GiveBackScan, context: InvocationContext) => giveBack(order, order.traceparent ?? traceOf(context)),
});
