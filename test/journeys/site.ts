import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Extension, hearersOf } from "../../infra/extensions.ts";
import { startStaticWebApp } from "../../local/swa/index.ts";
import { buildWeb, builtSite } from "../../tools/build-web.ts";
import { tryIt } from "../../tools/stand-options.ts";
import { stampSite } from "../../web/stamp.ts";
import { freePorts } from "../free-ports.ts";
import type { PushReceiver } from "../system/push-receiver.ts";
import { Stand } from "../system/stand.ts";

export interface Site {
  stand: Stand;
  /** Origin of the web apps. */
  origin: string;
  /** Puts another build in the place of the one that is served, as a deployment does: what it does not have is gone. */
  deploy(built: string): void;
  close(): Promise<void>;
}

/** The whole system with its web apps behind the Static Web Apps CLI, as `npm start` puts them together, on free ports. */
export async function openSite(
  options: { heldAt?: number; extensions?: readonly Extension[]; push?: PushReceiver } = {},
): Promise<Site> {
  buildWeb();
  // The application must know its site's origin before the site is up.
  const port = await freePorts();
  const origin = `http://localhost:${port}`;
  const stand = await Stand.open({ ...options, siteOrigin: origin });
  const folder = mkdtempSync(join(tmpdir(), "crema-site-"));
  const push = stand.azure.webPubSub.endpoint.replace("http", "ws").replace(/\/$/, "");
  const deploy = (built: string) =>
    stampSite(built, folder, {
      api: stand.api,
      push,
      site: origin,
      store: stand.storeId,
      tryIt: tryIt(stand.azure.sms.inboxUrl),
      extensions: hearersOf(options.extensions ?? []),
    });
  deploy(builtSite);
  const web = await startStaticWebApp({ folder, port });
  return {
    stand,
    origin,
    deploy,
    close: async () => {
      await web.close();
      await stand.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
