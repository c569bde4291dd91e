import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as openRequest } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listen } from "../../../local/kernel/http-server.ts";
import { type RecordedTrigger, recordedApp, recordedTriggers, recordingsAreThere } from "../durable/recordings.ts";
import { atEnd, makeApp, makeWorld } from "./harness.ts";

/**
 * Every recorded request to HTTP functions, to the admin addresses and to the Event Grid webhook, one after the other against the recorded application.
 * Status, the recorded headers and the body have to be the same to the letter; what differs is named in `differing`, and why is a sentence of the README.
 */

interface Answer {
  status: number | string;
  headers: Record<string, string | string[]>;
  body: string;
}

interface Difference {
  /** A sentence, or a part of one, of the README of the functions host. */
  why: string;
  /** How the recorded answer reads here. */
  here(recorded: Answer, got: Answer): Answer;
}

/** Refusals say why, where the real host's are empty. */
const explained: Difference = {
  why: "Refusals of the host itself have a body that says why; on Azure most are empty",
  here: (recorded, { headers, body }) => ({
    ...recorded,
    headers: { ...recorded.headers, "content-type": headers["content-type"] ?? "missing" },
    body,
  }),
};
/** Whether an answer is such a refusal; one to HEAD shows it only by its type. */
const explains = ({ status, headers, body }: Answer, method: string) =>
  Number(status) >= 400 &&
  (method === "HEAD" ? headers["content-type"] !== undefined : json(body)?.message !== undefined);

const differing: Record<string, Difference> = {};
const differs = (names: string[], why: string, here: Difference["here"]) => {
  for (const name of names) differing[name] = { why, here };
};
differs(["ret headers"], "a `transfer-encoding` header is a 500 that says why", (recorded, got) => ({
  ...recorded,
  ...{ status: 500, headers: { "content-type": "application/json" }, body: got.body },
}));
differs(
  ["no key /admin/host/status"],
  "The admin addresses that only read, and show no secret, need no key",
  (_, got) => ({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: got.body,
  }),
);
differs(["master /admin/functions", "master /admin/functions/fk"], "They show no file addresses", (recorded, got) => ({
  ...recorded,
  body: withoutFiles(recorded.body, got.body),
}));
differs(["master /admin/host/config"], "`/admin/host/config` is not there", (_, got) => ({
  status: 404,
  headers: { "content-type": "application/json" },
  body: got.body,
}));

const json = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The recorded description of functions with `null` for what tells of files. */
function withoutFiles(recorded: string, got: string): string {
  const one = json(recorded) as { config: object } | undefined;
  // The long list was recorded by its length only.
  if (one === undefined) return got;
  const { entryPoint: _, scriptFile: _1, functionDirectory: _2, ...config } = one.config as Record<string, unknown>;
  return JSON.stringify({ ...one, script_href: null, test_data_href: null, config });
}

/** Made by each run anew. */
const vary = (text: string) => text.replace(/(?<=formdata-undici-)\d+/g, "N");

test.skipIf(!recordingsAreThere)("every recorded request is answered as recorded", async () => {
  const world = makeWorld();
  const root = makeApp(recordedApp());
  const host = await world.start(root, { settings: { AzureWebJobsStorage: await queueThatTakesAll() } });
  const key = async (path: string) => {
    const headers = { "x-functions-key": host.masterKey };
    return ((await (await fetch(`${host.origin}/admin/${path}`, { headers })).json()) as { value: string }).value;
  };
  const keys: Record<string, string> = {
    master: await key("host/systemkeys/_master"),
    host: await key("host/keys/default"),
    fk: await key("functions/fk/keys/default"),
    eventgrid: await key("host/systemkeys/eventgrid_extension"),
  };
  // It was there when the recording was made, so that it was changed and not made.
  const k2 = { "x-functions-key": host.masterKey };
  await fetch(`${host.origin}/admin/functions/plain/keys/k2`, { method: "POST", headers: k2 });

  const readme = readFileSync(join(import.meta.dirname, "../../../local/functions/README.md"), "utf8");
  for (const recorded of recordedTriggers()) {
    const { name } = recorded;
    const got = await send(host.port, recorded, keys);
    const real = readable(recorded.real);
    const named = differing[name];
    const isEmpty = real.body === "" && got.status === real.status;
    const difference = named ?? (isEmpty && explains(got, recorded.request.method) ? explained : undefined);
    if (difference !== undefined) expect.soft(readme.includes(difference.why), difference.why).toBe(true);
    const expected = difference?.here(real, got) ?? real;
    if (named !== undefined) expect.soft(expected, `${name} has to differ`).not.toEqual(real);
    expect.soft(got, name).toEqual(expected);
  }
  expect(Object.keys(differing).filter((name) => !recordedTriggers().some((each) => each.name === name))).toEqual([]);
});

/** A storage account that takes whatever is put into its queues; returns its connection string. */
async function queueThatTakesAll(): Promise<string> {
  const server = await listen({ part: "test", handle: (_, response) => void response.writeHead(201).end("<ok/>") });
  atEnd(server.close);
  const at = `http://127.0.0.1:${server.port}/a`;
  return `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=${at};QueueEndpoint=${at};`;
}

/** What is written otherwise in the recording for brevity. */
function readable({ status, headers, body }: RecordedTrigger["real"]): Answer {
  const text = body.startsWith("hex:") ? Buffer.from(body.slice(4), "hex").toString() : body;
  return { status, headers: JSON.parse(vary(JSON.stringify(headers))), body: vary(text) };
}

function bytesOf(body: RecordedTrigger["request"]["body"]): Buffer | undefined {
  if (body === undefined) return undefined;
  if (typeof body === "string") return Buffer.from(body);
  return "base64" in body ? Buffer.from(body.base64, "base64") : Buffer.alloc(body.bytes);
}

/** Makes a recorded request; the answer has what the recording keeps, and its stand-ins for keys, host and port. */
function send(port: number, { request }: RecordedTrigger, keys: Record<string, string>): Promise<Answer> {
  const filled = (text: string) =>
    text.replace(/\{key:(\w+)\}|%7Bkey%3A(\w+)%7D/g, (_, plain, escaped) => keys[plain ?? escaped] ?? "");
  const body = bytesOf(request.body);
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name, filled(value)]),
  );
  const saysLength = Object.keys(headers).some((name) => /^(?:content-length|transfer-encoding)$/i.test(name));
  if (body !== undefined && !saysLength) headers["content-length"] = String(body.length);
  const kept = (text: string) => {
    let plain = text.replaceAll(`127.0.0.1:${port}`, "H:PORT");
    for (const [name, value] of Object.entries(keys)) plain = plain.replaceAll(value, `KEY-${name}`);
    return vary(plain.length > 3_000 ? `<${Buffer.byteLength(plain)} bytes>` : plain);
  };
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve({ status: `ERR ${error.code}`, headers: {}, body: "" });
    const { method } = request;
    const path = filled(request.path);
    const sent = openRequest({ host: "127.0.0.1", port, method, path, headers, agent: false }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = kept(Buffer.concat(chunks).toString());
      resolve({ status: answer.statusCode ?? 0, headers: keptHeaders(answer.headers), body: text });
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

/** The recording has no headers of the connection, nor the time. */
function keptHeaders(headers: IncomingHttpHeaders): Answer["headers"] {
  const left = ["date", "connection", "keep-alive", "content-length", "transfer-encoding"];
  const kept = Object.entries(headers).filter(([name]) => !left.includes(name));
  return JSON.parse(vary(JSON.stringify(Object.fromEntries(kept))));
}
