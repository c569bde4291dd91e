import { patient, repeat } from "./repeat.ts";

/** A page is open for at least this long before it is reloaded, in ms, since the file may be missing for longer. */
const openFor = 20_000;

/**
 * Reloads the page after a file of it could not be loaded, once the site answers. Browsers remember such a failure as long as the page is open, so that
 * no repetition helps; and after a deployment the site has no files for pages that were opened before. Browsers ask first if there are unsaved changes.
 * @see https://github.com/whatwg/html/issues/6768
 */
export function renewWhenBroken(): void {
  const begin = (): void => {
    const end = repeat(
      async () => {
        // The service worker leaves this to the network.
        if (!(await fetch(location.pathname)).ok) return;
        end();
        location.reload();
      },
      Math.max(2_000, openFor - performance.now()),
      patient(2_000),
    );
  };
  // Vite tells of every import that failed.
  addEventListener("vite:preloadError", begin, { once: true });
}
