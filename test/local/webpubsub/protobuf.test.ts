import { once } from "node:events";
import fc from "fast-check";
import protobuf from "protobufjs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Message } from "../../../local/webpubsub/message.ts";
import { messageFrame, readFrame, replyFrame } from "../../../local/webpubsub/protobuf-frames.ts";
import { startService } from "./harness.ts";

/** The service's public schema, which the library of others reads and writes: what is written by hand here is held against it. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  package azure.webpubsub;
  message Any { string type_url = 1; bytes value = 2; }
  message MessageData { oneof data { string text_data = 1; bytes binary_data = 2; Any protobuf_data = 3; string json_data = 4; } }
  message Stream { string stream_id = 1; }
  message UpstreamMessage {
    oneof message {
      SendToGroup send_to_group_message = 1;
      Event event_message = 5;
      Group join_group_message = 6;
      Group leave_group_message = 7;
      SequenceAck sequence_ack_message = 8;
      Ping ping_message = 9;
    }
    message SendToGroup {
      string group = 1; optional uint64 ack_id = 2; MessageData data = 3; optional bool no_echo = 4; optional uint32 ttl_seconds = 5;
      map<string, string> metadata = 6; Stream stream = 7;
    }
    message Event { string event = 1; MessageData data = 2; optional uint64 ack_id = 3; map<string, string> metadata = 4; Stream stream = 5; }
    message Group { string group = 1; optional uint64 ack_id = 2; }
    message SequenceAck { uint64 sequence_id = 1; }
    message Ping {}
  }
  message DownstreamMessage {
    oneof message { Ack ack_message = 1; Data data_message = 2; System system_message = 3; Pong pong_message = 4; }
    message Ack { uint64 ack_id = 1; bool success = 2; optional Error error = 3; message Error { string name = 1; string message = 2; } }
    message Data { string from = 1; optional string group = 2; MessageData data = 3; optional uint64 sequence_id = 4; map<string, string> metadata = 5; }
    message System {
      oneof message { Connected connected_message = 1; Disconnected disconnected_message = 2; }
      message Connected { string connection_id = 1; string user_id = 2; optional string reconnection_token = 3; }
      message Disconnected { string reason = 2; }
    }
    message Pong {}
  }`,
  { keepCase: true },
);
const upstream = root.lookupType("azure.webpubsub.UpstreamMessage");
const downstream = root.lookupType("azure.webpubsub.DownstreamMessage");

const write = (frame: object) => Buffer.from(upstream.encode(upstream.fromObject(frame)).finish());
const read = (bytes: Buffer) => downstream.toObject(downstream.decode(bytes), { longs: Number, bytes: Buffer });

const text = fc.string({ unit: "binary" }).map((each) => each.toWellFormed());
const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const id = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const any = fc.record({ type_url: text, value: bytes });
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const data = fc.oneof(
  fc.record({ text_data: text }),
  fc.record({ binary_data: bytes }),
  fc.record({ protobuf_data: any }),
  fc.record({ json_data: json }),
);
const metadata = fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), fc.stringMatching(/^[ -~]{0,40}$/), { maxKeys: 5 });

/** As the library reads back what it wrote: what is empty is not there. */
const plain = (given: object) => {
  const type = root.lookupType("azure.webpubsub.MessageData");
  return type.toObject(type.decode(type.encode(type.fromObject(given)).finish()), { bytes: Buffer });
};

/** What a message of the schema's `MessageData` is here. */
function expected(given: Record<string, unknown>): Pick<Message, "dataType"> & { raw: string | Buffer } {
  const type = root.lookupType("azure.webpubsub.Any");
  if (given.text_data !== undefined) return { dataType: "text", raw: String(given.text_data) };
  if (given.json_data !== undefined) return { dataType: "json", raw: String(given.json_data) };
  if (given.binary_data !== undefined) return { dataType: "binary", raw: given.binary_data as Buffer };
  return {
    dataType: "protobuf",
    raw: Buffer.from(type.encode(type.fromObject(given.protobuf_data as object)).finish()),
  };
}

test("whatever a client may send is read as the schema has it", () => {
  fc.assert(
    fc.property(
      fc.record(
        { group: text, ack_id: id, data, no_echo: fc.boolean(), ttl_seconds: fc.nat(400), metadata },
        { requiredKeys: ["data"] },
      ),
      fc.record({ event: text, ack_id: id, data, metadata }, { requiredKeys: ["data"] }),
      fc.record({ group: text, ack_id: id }, { requiredKeys: [] }),
      id,
      (send, event, group, sequence_id) => {
        const sent = readFrame(write({ send_to_group_message: send }));
        const { message, ...frame } = sent ?? {};
        expect(frame).toEqual({
          ...{ type: "sendToGroup", group: send.group ?? "" },
          ...(send.ack_id === undefined ? {} : { ackId: send.ack_id }),
          ...(send.no_echo ? { noEcho: true } : {}),
          ...(send.ttl_seconds === undefined ? {} : { ttlSeconds: send.ttl_seconds }),
        });
        const held = Object.keys(send.metadata ?? {}).length > 0 ? { metadata: send.metadata } : {};
        expect(message?.()).toMatchObject({ ...expected(send.data), ...held });
        const happened = readFrame(write({ event_message: event }));
        expect(happened).toMatchObject({ type: "event", event: event.event ?? "" });
        expect(happened?.message?.()).toMatchObject(expected(event.data));
        const ackId = group.ack_id === undefined ? {} : { ackId: group.ack_id };
        expect(readFrame(write({ join_group_message: group }))).toEqual({
          type: "joinGroup",
          group: group.group ?? "",
          ...ackId,
        });
        expect(readFrame(write({ leave_group_message: group }))).toMatchObject({ type: "leaveGroup" });
        expect(readFrame(write({ sequence_ack_message: { sequence_id } }))).toEqual({
          type: "sequenceAck",
          sequenceId: sequence_id,
        });
      },
    ),
  );
  expect(readFrame(write({ ping_message: {} }))).toEqual({ type: "ping" });
  expect(readFrame(write({ event_message: { stream: { stream_id: "s" } } }))).toMatchObject({ stream: true });
});

test("whatever the service says is written as the schema has it", () => {
  fc.assert(
    fc.property(data, text, fc.option(id, { nil: undefined }), metadata, (given, group, sequenceId, more) => {
      const message = { ...expected(given), data: "", metadata: more };
      const { data_message: read1 } = read(
        messageFrame(message, { from: "group", group, fromUserId: "u" }, sequenceId),
      );
      expect(read1).toEqual({
        ...{ from: "group", group, data: plain(given) },
        ...(sequenceId === undefined ? {} : { sequence_id: sequenceId }),
        ...(Object.keys(more).length === 0 ? {} : { metadata: more }),
      });
      expect(read(messageFrame(message, { from: "server" }, undefined)).data_message).toMatchObject({ from: "server" });
      const error = { name: "Forbidden", message: group } as const;
      const ack = read(replyFrame({ type: "ack", ackId: sequenceId ?? 1, success: false, error })).ack_message;
      expect(ack.error.name).toBe("Forbidden");
      expect(ack.ack_id ?? 0).toBe(sequenceId ?? 1);
      const gone = read(replyFrame({ type: "system", event: "disconnected", message: group }));
      expect(gone.system_message.disconnected_message.reason ?? "").toBe(group);
    }),
  );
  expect(read(replyFrame({ type: "ack", ackId: 3, success: true }))).toEqual({
    ack_message: { ack_id: 3, success: true },
  });
  expect(read(replyFrame({ type: "pong" }))).toEqual({ pong_message: {} });
});

/** A field that the schema has not, of any wire type. */
const unknownField = fc
  .tuple(fc.constantFrom(10, 11, 500, 0x1fff_ffff), fc.nat(100), fc.uint8Array({ maxLength: 20 }))
  .chain(([field, value, given]) => {
    const tag = (type: number) => protobuf.Writer.create().uint32(((field << 3) | type) >>> 0);
    const nested = tag(3)
      .uint32(8)
      .uint32(value)
      .uint32(((field << 3) | 4) >>> 0);
    const writers = [tag(0).uint32(value), tag(1).fixed64(value), tag(2).bytes(given), nested, tag(5).fixed32(value)];
    return fc.constantFrom(...writers.map((writer) => Buffer.from(writer.finish())));
  });

test("what the schema has not counts for nothing, at any place, as in the library of others", () => {
  const [known, group] = [
    { join_group_message: { group: "g", ack_id: 4 } },
    root.lookupType("azure.webpubsub.UpstreamMessage.Group"),
  ];
  fc.assert(
    fc.property(fc.array(unknownField), fc.array(unknownField), fc.array(unknownField), (before, inside, after) => {
      const body = Buffer.concat([...inside, group.encode({ group: "g", ack_id: 4 }).finish(), ...inside]);
      const frame = protobuf.Writer.create().uint32(50).bytes(body).finish();
      const bytes = Buffer.concat([...before, frame, ...after]);
      expect(upstream.toObject(upstream.decode(bytes), { longs: Number })).toEqual(known);
      expect(readFrame(bytes)).toEqual({ type: "joinGroup", group: "g", ackId: 4 });
    }),
  );
});

test("a field of the schema with another wire type is another field", () => {
  // ack_id as text, group as a number beside the right one.
  const body = protobuf.Writer.create().uint32(10).string("g").uint32(8).uint32(7).uint32(18).string("x").finish();
  expect(readFrame(Buffer.from(protobuf.Writer.create().uint32(50).bytes(body).finish()))).toEqual({
    type: "joinGroup",
    group: "g",
  });
  const ping = protobuf.Writer.create().uint32(74).bytes(Buffer.alloc(0)).uint32(8).uint32(1).finish();
  expect(readFrame(Buffer.from(ping))).toEqual({ type: "ping" });
});

test.each([
  ["0c", "a group that had not begun"],
  ["0b", "a group that does not end"],
  ["0b14", "a group that ends as another"],
  ["0e", "a wire type that there is not"],
  ["0b".repeat(101) + "0c".repeat(101), "groups that stand too deep"],
])("the bytes %s are no frame: %s", (hex) => {
  expect(readFrame(Buffer.from(hex, "hex"))).toBeUndefined();
});

test("any bytes are a frame or none", () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom("", "0a", "2a"), (given, tag) => {
      const prefix = tag === "" ? [] : [Buffer.from(tag, "hex"), Buffer.from([given.length & 0x7f])];
      expect(() => readFrame(Buffer.concat([...prefix, given]))?.message?.()).not.toThrow();
    }),
  );
});

let live: Awaited<ReturnType<typeof startService>>;
beforeEach(async () => {
  live = await startService();
});
afterEach(() => live.close());

/** A client of the library of others. */
async function open(url: string, subprotocol: string) {
  const socket = new WebSocket(url, [subprotocol]);
  const frames: Buffer[] = [];
  socket.on("message", (frame) => frames.push(frame as Buffer));
  const closed = once(socket, "close").then(([code]) => code as number);
  const next = async () => {
    if (frames.length === 0) await once(socket, "message");
    return read(frames.shift() ?? Buffer.alloc(0));
  };
  return { socket, next, closed, say: (frame: object) => socket.send(write(frame)) };
}

test("a client of protobuf and one of JSON understand each other, with acknowledgements, metadata and the service's own words", async () => {
  const access = { groups: ["g"], roles: ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroup.h"], userId: "ann" };
  const { url } = await live.service.getClientAccessToken(access);
  const screen = await live.open({ groups: ["g"], roles: ["webpubsub.sendToGroup"] });
  const { next, say, socket, closed } = await open(url, "protobuf.webpubsub.azure.v1");
  const { connected_message } = (await next()).system_message;
  expect(connected_message).toEqual({ connection_id: expect.any(String), user_id: "ann" });
  say({ ping_message: {} });
  expect(await next()).toEqual({ pong_message: {} });
  say({ join_group_message: { group: "h", ack_id: 0 } });
  expect(await next()).toEqual({ ack_message: { success: true } });
  say({ join_group_message: { group: "h", ack_id: 0 } });
  expect((await next()).ack_message.error.name).toBe("Duplicate");
  say({ leave_group_message: { group: "x", ack_id: 1 } });
  expect((await next()).ack_message.error.name).toBe("Forbidden");
  say({ send_to_group_message: { group: "g", data: { json_data: '{"a":1}' }, no_echo: true } });
  say({
    send_to_group_message: {
      group: "g",
      data: { protobuf_data: { type_url: "t", value: Buffer.from([1]) } },
      no_echo: true,
    },
  });
  await screen.until(3);
  expect(screen.seen[1]).toEqual({ kind: "group", group: "g", fromUserId: "ann", data: { a: 1 } });
  await screen.client.sendToGroup("g", new Uint8Array([7]).buffer, "binary", { noEcho: true });
  expect(await next()).toEqual({
    data_message: { from: "group", group: "g", data: { binary_data: Buffer.from([7]) } },
  });
  await live.service.sendToConnection(connected_message.connection_id, "hi", {
    contentType: "text/plain",
    requestOptions: { customHeaders: { "x-webpubsub-metadata-Kind": "greeting" } },
  });
  expect((await next()).data_message).toEqual({
    from: "server",
    data: { text_data: "hi" },
    metadata: { kind: "greeting" },
  });
  const { filter } = { filter: "protocol eq 'protobuf.webpubsub.azure.v1'" };
  await live.service.sendToAll({ only: "them" }, { filter });
  expect((await next()).data_message.data).toEqual({ json_data: '{"only":"them"}' });
  await live.service.closeConnection(connected_message.connection_id, { reason: "late" });
  const reason = "Application server closed the connection. Reason: late";
  expect((await next()).system_message).toEqual({ disconnected_message: { reason } });
  expect(await closed).toBe(1000);
  socket.terminate();
});

test("a reliable client of protobuf is sent again what it has not acknowledged, unless its time to live is over", async () => {
  live.parts.clock.hold();
  const { url } = await live.service.getClientAccessToken({ groups: ["g"], roles: ["webpubsub.sendToGroup"] });
  const reliable = "protobuf.reliable.webpubsub.azure.v1";
  const first = await open(url, reliable);
  const { connection_id, reconnection_token } = (await first.next()).system_message.connected_message;
  first.say({ send_to_group_message: { group: "g", data: { text_data: "long" }, ttl_seconds: 20, ack_id: 1 } });
  await first.next();
  expect((await first.next()).ack_message).toEqual({ ack_id: 1, success: true });
  first.say({ sequence_ack_message: { sequence_id: 1 } });
  first.say({ ping_message: {} });
  await first.next();
  live.pubsub.drop(connection_id);
  await first.closed;
  await live.service.sendToAll("short", { contentType: "text/plain", messageTtlSeconds: 5 });
  await live.service.sendToAll("kept", { contentType: "text/plain" });
  await live.advance(29_000);
  const query = `&awps_connection_id=${connection_id}&awps_reconnection_token=${reconnection_token}`;
  const second = await open(url + query, reliable);
  expect((await second.next()).data_message).toEqual({ from: "server", data: { text_data: "kept" }, sequence_id: 3 });
  second.say({ send_to_group_message: { group: "g", data: { text_data: "x" }, ttl_seconds: 301, ack_id: 2 } });
  expect((await second.next()).system_message.disconnected_message.reason).toContain("ttlSeconds must be");
  expect(await second.closed).toBe(1007);
  expect(live.pubsub.connections("live")).toEqual([]);
});

test("a frame with nothing that the schema has ends the connection, which names what it has instead", async () => {
  const { url } = await live.service.getClientAccessToken();
  for (const [bytes, words] of [
    [
      protobuf.Writer.create().uint32(98).bytes(Buffer.from("08011001", "hex")).finish(),
      'type "field 12" are not supported',
    ],
    [Buffer.alloc(0), "no known type"],
  ] as const) {
    const { socket, next, closed } = await open(url, "protobuf.webpubsub.azure.v1");
    await next();
    socket.send(bytes);
    expect((await next()).system_message.disconnected_message.reason).toContain(words);
    expect(await closed).toBe(1007);
  }
});

test("frames of the wrong kind, and bytes that are none, end the connection", async () => {
  const { url } = await live.service.getClientAccessToken();
  for (const [wrong, code] of [
    ["text", 1003],
    [Buffer.from([0xff]), 1007],
    // A group's name and a message's data are missing.
    [Buffer.from("3200", "hex"), 1007],
    [Buffer.from("0a060a04726f6f6d", "hex"), 1007],
  ] as const) {
    const { socket, next, closed } = await open(url, "protobuf.webpubsub.azure.v1");
    await next();
    socket.send(wrong);
    const { reason } = (await next()).system_message.disconnected_message;
    expect(reason).toMatch(/binary frames only|not a message of|group must be|data is missing/);
    expect(await closed).toBe(code);
  }
});
