import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SmsClient } from "@azure/communication-sms";
import { EventGridDeserializer, isSystemEvent } from "@azure/eventgrid";
import { SmsClient as PreviewClient } from "communication-sms-preview";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { GridEvent } from "../../../local/eventgrid/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { createLog, type LogEntry } from "../../../local/kernel/log.ts";
import type { Parts } from "../../../local/kernel/parts.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { resourceId, type Sms, startSms } from "../../../local/sms/index.ts";
import { Messages } from "../../../local/sms/messages.ts";
import { OptOuts } from "../../../local/sms/opt-outs.ts";
import { segmentsOf } from "../../../local/sms/segments.ts";
import { openLogStore } from "../../../local/store/log-store.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";

const from = "+4930123456";
const to = "+4915112345678";

let logged: LogEntry[];
// The SDK dates its calls by the machine's clock, so the service's clock runs with it.
const makeParts = (store: Store = openMemoryStore()): Parts & { clock: ServiceClock } => {
  const clock = new ServiceClock();
  const log = createLog((entry) => logged.push(entry), "debug");
  return { clock, store, work: new Work(), recorder: new Recorder(clock), ids: secureIds, log };
};

let parts: ReturnType<typeof makeParts>;
let sms: Sms;
let client: SmsClient;
const clientOf = (connectionString: string, maxRetries = 0) =>
  new SmsClient(connectionString, { allowInsecureConnection: true, retryOptions: { maxRetries, retryDelayInMs: 1 } });
beforeEach(async () => {
  logged = [];
  parts = makeParts();
  sms = await startSms(parts);
  client = clientOf(sms.connectionString);
});
afterEach(() => sms.close());

const send = (message = "Your code is 123456", numbers = [to]) => client.send({ from, to: numbers, message });

test("a message that the SDK sends is in the inbox, and its text in no log", async () => {
  const before = parts.clock.now();
  const [result] = await send();
  expect(result).toMatchObject({ to, successful: true, httpStatusCode: 202, repeatabilityResult: "accepted" });
  expect(sms.messages()).toMatchObject([{ id: result?.messageId, from, to, message: "Your code is 123456" }]);
  const sentAt = Date.parse(sms.messages()[0]?.sentAt ?? "");
  expect([sentAt >= before, sentAt <= parts.clock.now()]).toEqual([true, true]);
  expect(JSON.stringify(logged)).not.toContain("123456");
});

test("messages come newest first, and can be asked for by number", async () => {
  await send("one");
  await send("two", ["+4915100000000"]);
  await send("three");
  const texts = (messages: { message: string }[]) => messages.map(({ message }) => message);
  expect(texts(sms.messages())).toEqual(["three", "two", "one"]);
  expect(texts(sms.messages(to))).toEqual(["three", "one"]);
  for (const number of [to, encodeURIComponent(to)]) {
    const answer = await fetch(`${sms.inboxUrl}api/messages?to=${number}`);
    expect(texts((await answer.json()) as { message: string }[])).toEqual(["three", "one"]);
  }
});

test.each([
  "+1425555012345", // One of the SDK's tests: too long for +1.
  ...["+142555501", "+491", "+1", "+3361234567", "+4479111234567"],
  ...["015112345678", "4915112345678", "0015112345678", "+0123456789", "++4915112345678", "+49 15112345678"],
  ...[
    "+49151-12345678",
    "+49(0)15112345678",
    "+49151123456x8",
    "+４９15112345678",
    " +4915112345678",
    "+4915112345678\n",
  ],
  ...["+1234567890123456", "+999123456789", "12345", "nobody", ""],
])("%j is no number: that recipient fails in the service's words, the others do not", async (bad) => {
  const results = await send("hello", [bad, to]);
  expect(results).toEqual([
    { to: bad, successful: false, httpStatusCode: 400, errorMessage: "Invalid To phone number format." },
    { to, successful: true, httpStatusCode: 202, repeatabilityResult: "accepted", messageId: expect.any(String) },
  ]);
  expect(sms.messages().map((message) => message.to)).toEqual([to]);
  expect(logged.filter(({ message }) => message.includes("E.164"))).toHaveLength(1);
});

test("numbers of all lengths that countries have are taken", async () => {
  const numbers = [
    "+14255550123",
    "+4930123456",
    "+33612345678",
    "+447911123456",
    "+61412345678",
    "+67822345",
    "+881612345678",
  ];
  expect((await send("hello", numbers)).map(({ successful }) => successful)).toEqual(numbers.map(() => true));
});

test("what the SDK repeats is sent once and answered as the first time", async () => {
  let calls = 0;
  const lossy = new SmsClient(sms.connectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 2, retryDelayInMs: 1 },
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "lose the first answer",
          sendRequest: async (request, next) => {
            const response = await next(request);
            calls++;
            return calls === 1 ? { ...response, status: 503 } : response;
          },
        },
      },
    ],
  });
  const [result] = await lossy.send({ from, to: [to], message: "once" });
  expect(calls).toBe(2);
  expect(sms.messages().map(({ id }) => id)).toEqual([result?.messageId]);
});

describe("a call is refused", () => {
  test("with another key", async () => {
    const wrong = clientOf(`endpoint=${sms.endpoint};accesskey=${Buffer.from("wrong").toString("base64")}`);
    await expect(wrong.send({ from, to: [to], message: "x" })).rejects.toMatchObject({
      statusCode: 401,
      code: "Denied",
    });
    expect(sms.messages()).toEqual([]);
  });

  test("when it was altered on the way, or is not signed", async () => {
    const altering = new SmsClient(sms.connectionString, {
      allowInsecureConnection: true,
      additionalPolicies: [
        {
          position: "perRetry",
          policy: {
            name: "alter",
            sendRequest: (request, next) => {
              request.body = String(request.body).replace("good", "evil");
              return next(request);
            },
          },
        },
      ],
    });
    const altered = altering.send({ from, to: [to], message: "good" });
    await expect(altered).rejects.toMatchObject({ statusCode: 401, message: expect.stringContaining("SHA-256") });
    expect((await fetch(`${sms.endpoint}sms?api-version=2021-03-07`, { method: "POST", body: "{}" })).status).toBe(401);
  });

  test("when it is dated too far from the clock", async () => {
    await parts.clock.advance(16 * 60_000, () => parts.work.idle());
    await expect(send()).rejects.toMatchObject({ statusCode: 401, message: expect.stringContaining("x-ms-date") });
  });

  test("when it makes no sense as a whole", async () => {
    await expect(client.send({ from: "someone", to: [to], message: "x" })).resolves.toBeDefined();
    for (const bad of ["+0", "+1425555012345", "0123456789", ""]) {
      const error = await client.send({ from: bad, to: [to], message: "x" }).catch((reason: Error) => reason);
      expect(error).toMatchObject({ statusCode: 400 });
      expect(JSON.parse((error as Error).message)).toEqual({ From: ["Invalid from phone number format."] });
    }
    await expect(send("")).rejects.toMatchObject({ statusCode: 400 });
    await expect(send("x".repeat(2049))).rejects.toMatchObject({ statusCode: 400 });
    await expect(send("x", Array(101).fill(to))).rejects.toMatchObject({ statusCode: 400 });
    expect((await fetch(`${sms.endpoint}elsewhere`)).status).toBe(404);
  });
});

test("with senders declared, nobody else sends", async () => {
  const strict = await startSms(makeParts(), { senders: [from, "Crema"] });
  onTestFinished(() => strict.close());
  const as = (sender: string) => clientOf(strict.connectionString).send({ from: sender, to: [to], message: "x" });
  expect(await as(from)).toMatchObject([{ successful: true }]);
  expect(await as("Crema")).toMatchObject([{ successful: true }]);
  for (const other of ["+14255550123", "+1425555012345", "crema", ""]) {
    await expect(as(other)).rejects.toMatchObject({ statusCode: 401, code: "Unauthorized" });
  }
});

describe("what would not be looked at", () => {
  /** Sends a body without the SDK, signed as it does. */
  async function post(body: object, query = "", version = "2021-03-07", path = "sms", type = "application/json") {
    const url = new URL(`${sms.endpoint}${path}?api-version=${version}${query}`);
    const text = JSON.stringify(body);
    const hash = createHash("sha256").update(text).digest("base64");
    const date = new Date(parts.clock.now()).toUTCString();
    const key = sms.connectionString.split("accesskey=")[1] ?? "";
    const signature = createHmac("sha256", Buffer.from(key, "base64"))
      .update(`POST\n${url.pathname}${url.search}\n${date};${url.host};${hash}`)
      .digest("base64");
    const authorization = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
    const headers = { "x-ms-date": date, "x-ms-content-sha256": hash, authorization, "content-type": type };
    const answer = await fetch(url, { method: "POST", headers, body: text });
    return `${answer.status} ${await answer.text()}`;
  }
  const good = { from, message: "x", smsRecipients: [{ to }] };

  test.each<[object, string]>([
    [{ ...good, messagingConnect: {} }, "The body has no member 'messagingConnect'"],
    [{ ...good, smsRecipients: [{ to, name: "Ann" }] }, "A recipient has no member 'name'"],
    [{ ...good, smsRecipients: [{ to, repeatabilityRequestId: 5 }] }, "repeatabilityRequestId must be a string"],
    [
      { ...good, smsSendOptions: { deliveryReportTimeoutInSeconds: 300 } },
      "no member 'deliveryReportTimeoutInSeconds'",
    ],
    [{ ...good, smsSendOptions: { tag: 5 } }, "tag must be a string"],
    [{ ...good, smsSendOptions: { enableDeliveryReport: "yes" } }, "enableDeliveryReport must be true or false"],
    [{ ...good, smsSendOptions: [] }, "smsSendOptions must be an object"],
  ])("is refused by name: %j", async (body, words) => {
    expect(await post(body)).toMatch(/^400 /);
    expect(await post(body)).toContain(words);
    expect(sms.messages()).toEqual([]);
  });

  test("is refused as another type of content, and as another message under an id that was used", async () => {
    expect(await post(good, "", "2021-03-07", "sms", "text/plain")).toMatch(/^415 .*application\/json/);
    const again = (message: string, sender = from) =>
      post({ from: sender, message, smsRecipients: [{ to, repeatabilityRequestId: "r1" }] });
    expect(await again("one")).toContain('"successful":true');
    expect(await again("one")).toContain('"successful":true');
    for (const answer of [await again("two"), await again("one", "+18005550199")])
      expect(answer).toMatch(/^202 .*412.*"repeatabilityResult":"rejected","successful":false/);
    expect(sms.messages().map(({ message }) => message)).toEqual(["one"]);
  });

  test("is refused in the query too, and versions that there are not", async () => {
    expect(await post(good, "&dry=1")).toMatch(/^400 .*'dry'/);
    expect(await post(good, "", "2020-08-20")).toMatch(
      /^400 .*'2020-08-20' is not supported; supported: 2021-03-07, 2024-12-10-preview/,
    );
    expect(await post(good, "", "")).toMatch(/^400 .*has no api-version; supported: 2021-03-07, /);
    expect(await post(good, "&api-version=2021-03-07")).toMatch(/^400 .*more than one api-version/);
    expect(await post(good, "", "2021-03-07", "sms/optouts:add")).toMatch(/^400 .*supported: 2024-12-10-preview/);
    const options = (deliveryReportTimeoutInSeconds: number) => ({
      ...good,
      smsSendOptions: { deliveryReportTimeoutInSeconds },
    });
    expect(await post(options(60), "", "2025-05-29-preview")).toMatch(/^202 /);
    expect(await post(options(59), "", "2025-05-29-preview")).toMatch(/^400 .*from 60 to 43200/);
  });

  test("is a delivery report without a subscription, which the log says once", async () => {
    const options = { enableDeliveryReport: true, tag: "t" };
    for (const _ of [1, 2]) expect(await post({ ...good, smsSendOptions: options })).toMatch(/^202 /);
    expect(sms.messages()[0]).toMatchObject({ tag: "t" });
    expect(logged.filter(({ message }) => message.includes("nothing receives the report"))).toHaveLength(1);
  });
});

describe("delivery reports and replies", () => {
  const tollFree = "+18005550123";
  const shortCode = "12345";
  const phone = "+14255550123";
  const said = (to: string) => sms.messages(to).map(({ message }) => message);
  let events: GridEvent[];
  let preview: PreviewClient;
  beforeEach(async () => {
    await sms.close();
    events = [];
    const publish = async (published: readonly GridEvent[]) => void events.push(...published);
    sms = await startSms(parts, { publish });
    client = clientOf(sms.connectionString);
    preview = new PreviewClient(sms.connectionString, { allowInsecureConnection: true });
  });
  const write = (sender: string, message: string) => sms.reply(phone, sender, message);

  test("a report is told of each message for which one was asked, as Communication Services tells it", async () => {
    await client.send({ from: tollFree, to: [phone], message: "no report" });
    const [sent] = await client.send(
      { from: tollFree, to: [phone], message: "x".repeat(161) },
      { enableDeliveryReport: true, tag: "campaign" },
    );
    const { sentAt } = sms.messages()[0] ?? {};
    expect(events).toEqual([
      {
        id: sent?.messageId,
        topic: resourceId,
        subject: "/phonenumber/18005550123",
        eventType: "Microsoft.Communication.SMSDeliveryReportReceived",
        dataVersion: "1.0",
        metadataVersion: "1",
        eventTime: sentAt,
        data: {
          messageId: sent?.messageId,
          from: "18005550123",
          to: phone,
          deliveryStatus: "Delivered",
          deliveryStatusDetails: "No error.",
          receivedTimestamp: sentAt,
          deliveryAttempts: [{ timestamp: sentAt, segmentsSucceeded: 2, segmentsFailed: 0 }],
          tag: "campaign",
        },
      },
    ]);
    // The SDK of Event Grid knows the type.
    const [event] = await new EventGridDeserializer().deserializeEventGridEvents(events[0] as Record<string, unknown>);
    expect(event && isSystemEvent("Microsoft.Communication.SMSDeliveryReportReceived", event)).toBe(true);
  });

  test("what a phone writes is told as a message that came in", async () => {
    const received = await write("+4930123456", "Grüße 👋");
    expect(events).toMatchObject([
      {
        id: received.id,
        subject: "/phonenumber/4930123456",
        eventType: "Microsoft.Communication.SMSReceived",
        data: { messageId: received.id, from: "14255550123", to: "4930123456", message: "Grüße 👋", segmentCount: 1 },
      },
    ]);
    expect(sms.received()).toEqual([received]);
  });

  test("STOP blocks what a toll-free number sends until START, in the network's words; the application hears of both", async () => {
    await write(tollFree, " stop ");
    expect(said(phone)).toEqual([expect.stringMatching(/^NETWORK MSG: You replied with the word "stop"/)]);
    const [result] = await client.send(
      { from: tollFree, to: [phone], message: "lost" },
      { enableDeliveryReport: true },
    );
    expect(result).toMatchObject({ successful: true, httpStatusCode: 202 });
    expect(said(phone)).not.toContain("lost");
    expect(sms.sent()[0]).toMatchObject({ message: "lost", delivery: { status: "Failed" } });
    expect(events.at(-1)).toMatchObject({
      data: {
        deliveryStatus: "Failed",
        deliveryStatusDetails: "Sender blocked for given recipient.",
        deliveryAttempts: [{ segmentsSucceeded: 0, segmentsFailed: 1 }],
      },
    });
    // Another number may still send.
    await client.send({ from, to: [phone], message: "from elsewhere" });
    expect(said(phone)[0]).toBe("from elsewhere");
    await write(tollFree, "UNSTOP");
    await client.send({ from: tollFree, to: [phone], message: "here" });
    expect(said(phone).slice(0, 2)).toEqual(["here", expect.stringMatching(/^NETWORK MSG: You have replied "unstop"/)]);
    expect(events.flatMap(({ data }) => (data as { message?: string }).message ?? [])).toEqual([" stop ", "UNSTOP"]);
  });

  test("a short code takes more words, and HELP; a number that is neither leaves all of it to the application", async () => {
    for (const word of ["Opt Out", "START", "HELP", "quit"]) await write(shortCode, word);
    expect(said(phone)).toEqual([
      expect.stringMatching(/^You have successfully been unsubscribed/),
      expect.stringMatching(/^Reply STOP/),
      expect.stringMatching(/^You have successfully been re-subscribed/),
      expect.stringMatching(/^You have successfully been unsubscribed/),
    ]);
    await write(from, "STOP");
    expect(sms.optOuts()).toMatchObject([{ from: shortCode, to: phone }]);
  });

  test("opt-outs are added, looked up and removed by the client for it", async () => {
    const other = "+14255550124";
    expect(await preview.optOuts.add(tollFree, [phone, "nobody"])).toEqual([
      { to: phone, httpStatusCode: 200, errorMessage: "" },
      { to: "nobody", httpStatusCode: 400, errorMessage: "Invalid To phone number format." },
    ]);
    const check = async () =>
      (await preview.optOuts.check(tollFree, [phone, other])).map(({ to, isOptedOut }) => [to, isOptedOut]);
    expect(await check()).toEqual([
      [phone, true],
      [other, false],
    ]);
    await preview.send({ from: tollFree, to: [phone, other], message: "to one" });
    expect(sms.messages().map(({ to: number }) => number)).toEqual([other]);
    await preview.optOuts.remove(tollFree, [phone]);
    expect(await check()).toEqual([
      [phone, false],
      [other, false],
    ]);
    await expect(preview.optOuts.add("Crema", [phone])).rejects.toMatchObject({ statusCode: 400 });
    await expect(preview.optOuts.add(tollFree, Array(101).fill(phone))).rejects.toMatchObject({ statusCode: 400 });
  });

  test("the page writes replies; names cannot be answered, and what is none is refused", async () => {
    await client.send({ from: tollFree, to: [phone], message: "code 123456" });
    await client.send({ from: "Crema", to: [phone], message: "hello" });
    const reply = (body: object) => fetch(`${sms.inboxUrl}api/replies`, { method: "POST", body: JSON.stringify(body) });
    expect((await reply({ from: phone, to: tollFree, message: "thanks" })).status).toBe(201);
    const threads = (await (await fetch(`${sms.inboxUrl}api/threads`)).json()) as object[];
    expect(threads).toMatchObject([
      {
        phone,
        senders: [tollFree],
        messages: [{ message: "thanks", own: true }, { message: "hello" }, { own: false }],
      },
    ]);
    for (const [body, why] of [
      [{ from: phone, to: "Crema", message: "x" }, "Nobody can reply to 'Crema'"],
      [{ from: "1", to: tollFree, message: "x" }, "'1' is not a phone number"],
      [{ from: phone, to: tollFree, message: " " }, "The message is empty"],
      [{ from: phone }, "A reply needs from"],
    ] as const) {
      const answer = await reply(body);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(why)]);
    }
    expect(sms.received()).toHaveLength(1);
  });
});

describe("the inbox", () => {
  test("is a page that other sites can neither read nor frame", async () => {
    for (const path of ["", "api/messages", "api/messages/live"]) {
      for (const method of ["GET", "HEAD"]) {
        const leaving = new AbortController();
        const answer = await fetch(sms.inboxUrl + path, { method, signal: leaving.signal });
        expect(answer.status).toBe(200);
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
        expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
        expect(answer.headers.get("x-frame-options")).toBe("DENY");
        leaving.abort();
      }
      const foreign = await fetch(sms.inboxUrl + path, { headers: { origin: "http://evil.example" } });
      expect(foreign.status).toBe(403);
    }
    const own = await fetch(`${sms.inboxUrl}api/messages`, { headers: { origin: `http://localhost:${sms.port}` } });
    expect(own.status).toBe(200);
    expect(await (await fetch(sms.inboxUrl)).text()).toContain("<title>Messages</title>");
  });

  test("tells an open page of each message, and waiting for it is no work", async () => {
    const answer = await fetch(`${sms.inboxUrl}api/messages/live`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("data: changed");
    await parts.work.idle();
    await send();
    expect((await reader?.read())?.value).toBe("data: changed\n\n");
    await reader?.cancel();
  });
});

test("the newest 500 that phones wrote are kept, too", async () => {
  for (let n = 0; n <= 500; n++) await sms.reply(to, from, `m${n}`);
  expect(sms.received()).toHaveLength(500);
  expect(sms.received().at(-1)?.message).toBe("m1");
});

test.each([
  [160, 70, 1],
  [161, 71, 2],
  [306, 134, 2],
  [307, 135, 3],
])(
  "a text of %i letters, or of %i with one of another alphabet, is %i messages of the network",
  (plain, other, count) => {
    expect([segmentsOf("x".repeat(plain)), segmentsOf(`${"x".repeat(other - 1)}…`)]).toEqual([count, count]);
  },
);

test("the newest 500 are kept", async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => `+491510000${String(index).padStart(4, "0")}`);
  for (let n = 0; n < 6; n++) await send(`m${n}`, numbers);
  expect(sms.messages()).toHaveLength(500);
  expect(sms.messages().at(-1)?.message).toBe("m1");
});

test("a request is another one to another phone, and is known as long as its message is", async () => {
  const messages = new Messages(parts, new OptOuts(parts));
  const ask = async (...numbers: string[]) => {
    const recipients = numbers.map((number) => ({ to: number, repeatabilityRequestId: "one-and-the-same" }));
    const request = { from, message: "hello", recipients, tag: undefined, enableDeliveryReport: false };
    return (await messages.send(request)).results.map(({ messageId }) => messageId);
  };
  const [first, second] = await ask(to, "+4915112345679");
  expect(second).not.toBe(first);
  expect(await ask(to)).toEqual([first]);
  for (let n = 0; n < 500; n++) await messages.answer(from, to, `m${n}`);
  expect(await ask(to)).not.toEqual([first]);
  expect(messages.list()).toHaveLength(500);
});

test("after a restart the messages, the key and the requests seen are there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-sms-"));
  const first = await startSms(makeParts(await openLogStore(folder)));
  // The same signed request twice, as a retry that spans a restart.
  let body = "";
  const spy = new SmsClient(first.connectionString, {
    allowInsecureConnection: true,
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "spy",
          sendRequest: (request, next) => {
            body = String(request.body);
            return next(request);
          },
        },
      },
    ],
  });
  const [result] = await spy.send({ from, to: [to], message: "kept" });
  await first.close();
  // No clean end of the store: what was acknowledged must be on disk already. Only its lock has to go.
  rmSync(join(folder, "lock"));

  const store = await openLogStore(folder);
  const second = await startSms(makeParts(store));
  expect(second.messages()).toMatchObject([{ id: result?.messageId, message: "kept" }]);
  expect(second.connectionString.split("accesskey=")[1]).toBe(first.connectionString.split("accesskey=")[1]);
  const repeat = new SmsClient(second.connectionString, {
    allowInsecureConnection: true,
    additionalPolicies: [
      {
        position: "perCall",
        policy: {
          name: "repeat",
          sendRequest: (request, next) => {
            request.body = body;
            return next(request);
          },
        },
      },
    ],
  });
  const [again] = await repeat.send({ from, to: [to], message: "kept" });
  expect(again?.messageId).toBe(result?.messageId);
  expect(second.messages()).toHaveLength(1);
  await second.close();
  await store.close();
  rmSync(folder, { recursive: true });
});
