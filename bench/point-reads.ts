import { createHmac } from "node:crypto";
import { type RawRequest, rawRequests } from "./raw.ts";

/** A Cosmos DB account whose database `bench` has a container `items`, partitioned by `/pk`. */
export interface Account {
  endpoint: string;
  key: string;
}

const container = "dbs/bench/colls/items";
const documents = 1000;

/**
 * How many point reads per second are answered, over 64 connections. The documents have half a kilobyte; the requests are signed as the SDK signs
 * them.
 */
export async function pointReads({ endpoint, key }: Account, count: number): Promise<number> {
  const port = Number(new URL(endpoint).port);
  const date = new Date().toUTCString();
  const signed = (method: string, id: string, n: number): Record<string, string> => {
    const text = `${method}\ndocs\n${id}\n${date.toLowerCase()}\n\n`;
    const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
    return {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      "x-ms-date": date,
      "x-ms-version": "2020-07-15",
      "x-ms-documentdb-partitionkey": JSON.stringify([`p${n % 10}`]),
    };
  };
  const create = (n: number): RawRequest => ({
    method: "POST",
    path: `/${container}/docs`,
    headers: signed("post", container, n),
    body: JSON.stringify({ id: `d${n}`, pk: `p${n % 10}`, text: "x".repeat(500) }),
  });
  await rawRequests(port, { count: documents, atOnce: 64, wanted: 201, request: create });
  const reads = Array.from({ length: documents }, (_, n): RawRequest => {
    const id = `${container}/docs/d${n}`;
    return { method: "GET", path: `/${id}`, headers: signed("get", id, n) };
  });
  const read = (n: number) => reads[n % documents] as RawRequest;
  // Warms up the code.
  await rawRequests(port, { count: Math.ceil(count / 4), atOnce: 64, wanted: 200, request: read });
  return rawRequests(port, { count, atOnce: 64, wanted: 200, request: read });
}
