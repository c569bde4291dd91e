import { createServer } from "node:net";

const inARow = 10;

/**
 * The first of ten ports in a row that were free a moment ago. They lie below those that systems hand out to whoever asks for any: nobody else gets one
 * of them before it is used, though tests run side by side.
 */
export async function freePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    // The next ones to try are far away: processes that run side by side have numbers that are close.
    const base = 10_000 + ((process.pid + tries * 997) % 2_000) * inARow;
    const servers = Array.from({ length: inARow }, () => createServer());
    const bound = await Promise.all(servers.map((server, i) => bind(server, base + i)));
    await Promise.all(servers.filter((_, i) => bound[i]).map(close));
    if (bound.every(Boolean)) return base;
  }
  throw new Error(`There are no ${inARow} free ports in a row.`);
}

const bind = (server: ReturnType<typeof createServer>, port: number) =>
  new Promise<boolean>((done) => server.once("error", () => done(false)).listen(port, "127.0.0.1", () => done(true)));
const close = (server: ReturnType<typeof createServer>) => new Promise((done) => server.close(done));
