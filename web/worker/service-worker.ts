/**
 * The site's service worker, a file of its own at `/sw.js`: it opens the customer's app without a network, and tells of a ready order while nobody
 * looks. It keeps files of the site alone: no answer of the API, no token.
 */
import { open, show } from "./notify.ts";
import { answer, putInPlace, tidyUp } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  // Nothing is held in here, and pages find their files in the cache of their own version: there is nothing to wait for.
  void self.skipWaiting();
  event.waitUntil(putInPlace());
});
self.addEventListener("activate", (event) => event.waitUntil(tidyUp().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const found = answer(event.request);
  if (found !== undefined) event.respondWith(found);
});
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));
