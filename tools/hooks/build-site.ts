import { join } from "node:path";
import { chosenOf, extensionsIn, hearersOf } from "../../infra/extensions.ts";
import { stampSite } from "../../web/stamp.ts";
import { buildWeb, builtSite } from "../build-web.ts";
import { fromEnvironment, runHook } from "./azd.ts";

/**
 * Before the site is packaged: builds it, unless `SITE_IS_BUILT` says that it is already built (the pipeline builds it in a job that cannot log in).
 * Stamps it with the addresses of the API and the push service.
 */
await runHook(async () => {
  const core = "`azd provision core`";
  const api = fromEnvironment(process.env, "API_URL", core);
  const push = fromEnvironment(process.env, "PUSH_URL", core);
  const site = fromEnvironment(process.env, "SITE_URL", core);
  const extensions = hearersOf(chosenOf(extensionsIn(), process.env.CREMA_EXTENSIONS));
  if (process.env.SITE_IS_BUILT !== "true") buildWeb();
  stampSite(builtSite, join(import.meta.dirname, "..", "..", "web", "dist"), {
    api,
    push,
    site,
    store: "main",
    extensions,
  });
});
