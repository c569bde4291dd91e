/** All files that the customer's app may load; the build inserts them: see `plugin.ts`. */
const files = "__FILES__" as unknown as string[];
/** Changes whenever the files do. */
const version = "__VERSION__";

const kind = "crema-files-";
const name = kind + version;
const page = "/";
const settings = "/config.json";
/** How long the network may take to respond before the cached file is used, in ms. */
const patience = 2_000;

/**
 * Caches all files of the app. The version is not used before all are there, with the page that refers to them: for a minute or longer after a
 * deployment, some of Azure's servers have the new site and some the previous one.
 * @see https://github.com/Azure/static-web-apps/issues/1472
 */
export async function putInPlace(): Promise<void> {
  const cache = await caches.open(name);
  // Hashed files never change, so the browser may have them already. Page and settings are always requested.
  const fresh = [page, settings].map((path) => new Request(path, { cache: "no-cache" }));
  try {
    await cache.addAll([...fresh, ...files]);
    const text = (await (await cache.match(page))?.text()) ?? "";
    const other = text.match(/\/assets\/[^"]+/g)?.find((file) => !files.includes(file));
    if (other !== undefined) throw new Error(`The page is of another version: it refers to ${other}.`);
  } catch (error) {
    // An incomplete version is unusable, and would be taken for the previous one.
    await caches.delete(name);
    throw error;
  }
}

/**
 * Deletes the caches that are older than the previous version. Pages of the previous version go on, and load the rest of their files from its cache.
 */
export async function tidyUp(): Promise<void> {
  const names = (await caches.keys()).filter((each) => each.startsWith(kind));
  const old = names.filter((each) => each !== name).slice(0, -1);
  await Promise.all(old.map((each) => caches.delete(each)));
}

/** The worker's response to a request; undefined for requests that it does not handle, which go to the network as if there were no worker. */
export function answer(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return undefined;
  if (request.mode === "navigate") return pathname === page ? fromNetworkOrKept(request, page) : undefined;
  if (pathname === settings) return fromNetworkOrKept(request, settings);
  return pathname.startsWith("/assets/") ? fromKeptOrNetwork(request) : undefined;
}

/** Network first, for files that may change. The cached file replaces a response that is late, missing or a server error. */
async function fromNetworkOrKept(request: Request, path: string): Promise<Response> {
  const asked = fetch(request);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience));
  const got = await Promise.race([asked, late]).catch(() => undefined);
  if (got?.ok) return got;
  // From its own version's cache: the files of the previous page will soon be gone.
  const kept = await (await caches.open(name)).match(path, { ignoreVary: true });
  return kept ?? asked;
}

/** Cache first: hashed files never change. Those of the previous version are still here when the server no longer has them. */
async function fromKeptOrNetwork(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
