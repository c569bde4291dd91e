import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/**
 * Runs in each page before anything else, as part of it: a page is loaded again if a script or style sheet that it names did not come. For a minute after a
 * deployment, some of Azure's servers have the new page and the others only the files of the one before; a display on a wall has nobody to reload it.
 * What is loaded later is `lib/renew.ts`'s part. Written for old browsers too, which cannot run the rest.
 */
export const script = `(function () {
  var begun = false;
  function wait() { setTimeout(look, 20000); }
  function look() {
    fetch(location.pathname).then(function (answer) { answer.ok ? location.reload() : wait(); }, wait);
  }
  addEventListener("error", function (event) {
    var file = event.target;
    if (begun || document.readyState === "complete") return;
    if (file.localName !== "script" && file.rel !== "stylesheet") return;
    begun = true;
    wait();
  }, true);
})();`;

/** The source by which a Content-Security-Policy allows the script. */
export const allowed = `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** Puts the script into each page, in front of all that it watches. */
export const again: Plugin = {
  name: "again",
  transformIndexHtml: { order: "post", handler: () => [{ tag: "script", children: script, injectTo: "head-prepend" }] },
};
