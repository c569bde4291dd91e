import { join } from "node:path";
import { Started } from "../started.ts";
import { versions } from "./packages.ts";
import { startPostgres } from "./postgres.ts";
import type { Side } from "./side.ts";

interface Line {
  ready?: true;
  failed?: string;
  postgres: string;
  rate?: number;
  times?: number[];
}

/**
 * DBOS with PostgreSQL: the one in DBOS_DATABASE_URL, or one from npm. DBOS is a library. So the driver calls it in its own process, without HTTP, as
 * its applications do, which is to its advantage.
 */
export const dbos: Side = {
  name: `DBOS ${versions["@dbos-inc/dbos-sdk"]}`,
  durability: "PostgreSQL 18 with its defaults (fsync and synchronous_commit on)",
  reached: "calls in its process",
  async open() {
    const given = process.env.DBOS_DATABASE_URL;
    const database = given === undefined ? await startPostgres() : { url: given, close: async () => {} };
    const worker = new Started(process.execPath, () => [join(import.meta.dirname, "dbos-process.ts")], {
      env: { ...process.env, DBOS_DATABASE_URL: database.url },
    });
    const close = async () => {
      await worker.close();
      await database.close();
    };
    const answers: ((line: Line) => void)[] = [];
    worker.onLine((line: Line) => answers.shift()?.(line));
    const next = async () => {
      const line = await worker.while(new Promise<Line>((resolve) => answers.push(resolve)));
      if (line.failed !== undefined) throw new Error(`DBOS: ${line.failed}`);
      return line;
    };
    const ask = (command: string) => {
      worker.say(command);
      return next();
    };
    try {
      await next();
    } catch (error) {
      await close();
      throw error;
    }
    return {
      cycles: async (name, count, atOnce) => (await ask(`cycles ${name} ${count} ${atOnce}`)).rate ?? Number.NaN,
      wakes: async (name, count, atOnce, rest) => (await ask(`wakes ${name} ${count} ${atOnce} ${rest}`)).times ?? [],
      close,
    };
  },
};
