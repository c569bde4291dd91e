import { reply, route } from "../platform/route.ts";
import { checkHealth } from "./check.ts";

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
