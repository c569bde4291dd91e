import { app } from "@azure/functions";
import { reply, route } from "../platform/route.ts";
import { checkHealth } from "./check.ts";
import { reportSettings } from "./report.ts";

app.hook.appStart(() => reportSettings(console));

route({
  name: "health",
  method: "GET",
  path: "health",
  access: "anyone",
  handler: async ({ context }) => {
    const health = await checkHealth(context);
    return reply(health.status === "healthy" ? 200 : 503, health);
  },
});
