/** All files that the customer's app may load, named by the build: see `plugin.ts`. */
const files = "__FILES__" as unknown as string[];
/** Other files, other version. */
const version = "__VERSION__";

const kind = "crema-files-";
const name = kind + version;
const page = "/";
const settings = "/config.json";
/** How long the network may take to answer before what is kept is shown, in ms. */
const patience = 2_000;

/** Keeps all that the app is made of; the version is not used before it is all there. */
export async function putInPlace(): Promise<void> {
  const cache = await caches.open(name);
  // Hashed files never change, so the browser may have them already; page and settings are asked for anew.
  const fresh = [page, settings].map((path) => new Request(path, { cache: "no-cache" }));
  try {
    await cache.addAll([...fresh, ...files]);
  } catch (error) {
    // Half of a version is none, and would be taken for the one before the next.
    await caches.delete(name);
    throw error;
  }
}

/** Forgets what is older than the version before this one: pages that were opened with that one go on, and load the rest of it from here. */
export async function tidyUp(): Promise<void> {
  const names = (await caches.keys()).filter((each) => each.startsWith(kind));
  const old = names.filter((each) => each !== name).slice(0, -1);
  await Promise.all(old.map((each) => caches.delete(each)));
}

/** What the worker answers a request with; undefined for what is none of its business, which goes to the network as if there were no worker. */
export function answer(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return undefined;
  if (request.mode === "navigate") return pathname === page ? fromNetworkOrKept(request, page) : undefined;
  if (pathname === settings) return fromNetworkOrKept(request, settings);
  return pathname.startsWith("/assets/") ? fromKeptOrNetwork(request) : undefined;
}

/** What may have changed is asked for; what was kept stands in for an answer that is late, missing, or an error of the server's. */
async function fromNetworkOrKept(request: Request, path: string): Promise<Response> {
  const asked = fetch(request);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience));
  const got = await Promise.race([asked, late]).catch(() => undefined);
  if (got?.ok) return got;
  // Of its own version: of the page before, the files are on their way out.
  const kept = await (await caches.open(name)).match(path, { ignoreVary: true });
  return kept ?? asked;
}

/** Hashed files never change. Those of the version before are still here when the server has them no more. */
async function fromKeptOrNetwork(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
