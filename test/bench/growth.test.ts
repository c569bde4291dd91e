import { expect, test } from "vitest";
import { tellClients } from "../../bench/clients.ts";
import { mostOpenFiles, whyNoSockets } from "../../bench/open-files.ts";
import { queries } from "../../bench/queries.ts";
import { expectFigures, hearing, machineLine } from "./whole.ts";

test("what queries take among many documents", async () => {
  const { tell, expectLines } = hearing();
  const found = await queries({ documents: 1001, runs: 5 }, tell);
  expect(found).toHaveLength(3);
  expectFigures(found);
  expectLines([
    "Queries among 1,001 documents of one partition, median of 5",
    machineLine,
    "by a range, ten rows",
    "TOP 10 … ORDER BY createdAt DESC",
    "COUNT with an equality",
  ]);
});

const amount = { clients: 5, openings: 1, messages: 2 };

test("clients who are told of a change", async () => {
  const { tell, expectLines } = hearing();
  const found = Object.values((await tellClients(amount, tell)) ?? {});
  expect(found.map(({ lastTold, connected, after }) => [lastTold.length, connected.length, after.length])).toEqual([
    [2, 1, 1],
    [2, 1, 1],
  ]);
  expectFigures(found.map(({ lastTold }) => lastTold));
  const each = ["last one told", "memory a client, connected", "memory a client, after it"];
  expectLines([
    "5 clients, and a page of 2.4 KB for all of them: medians of 1 times 2",
    machineLine,
    "clients that do not acknowledge",
    ...each,
    "clients that acknowledge",
    ...each,
  ]);
});

test("where a process may not have so many sockets open, that is said before any is", async () => {
  const { tell, expectLines } = hearing();
  expect(await tellClients(amount, tell, 204)).toBeUndefined();
  expectLines([
    "5 clients, and a page of 2.4 KB for all of them: medians of 1 times 2",
    machineLine,
    "not run: 5 sockets need 205 open files in a process, and here it may have 204 (ulimit -Hn; root may raise it: ulimit -Hn 205)",
  ]);
  expect(whyNoSockets(5, 205)).toBeUndefined();
  // A system without such a limit says none.
  expect(mostOpenFiles() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(0);
});
