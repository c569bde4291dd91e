import { fromPeers } from "./packages.ts";

/** Miniflare with one worker, at the port of the first argument. */
interface Package {
  Miniflare: new (options: object) => { ready: Promise<URL> };
}
const { Miniflare }: Package = fromPeers("miniflare");
const script = 'export default { fetch: () => new Response("here") };';
const flare = new Miniflare({ modules: true, script, host: "127.0.0.1", port: Number(process.argv[2]) });
await flare.ready;
