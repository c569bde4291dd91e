import { expect, test } from "vitest";
import { asCloudEvent, asOwnEvent } from "../../../local/functions/bindings/published-events.ts";

const now = Date.UTC(2026, 10, 30, 21, 11, 14, 340);
const least = { specversion: "1.0", id: "1", source: "/s", type: "t" };

/** The bodies that the topic got from the output of the real host 4.1037, with its extension 3.3.0. */
test.each([
  [least, '{"id":"1","source":"/s","type":"t","time":"2026-11-30T21:11:14.34+00:00","specversion":"1.0"}'],
  [
    { ...least, subject: "s", time: "2026-11-30T20:45:00.310Z", data: { z: 1, a: "2026-11-30T20:45:00.000Z" } },
    '{"id":"1","source":"/s","type":"t","data":{"z":1,"a":"2026-11-30T20:45:00.000Z"},"time":"2026-11-30T20:45:00.31+00:00","specversion":"1.0","subject":"s"}',
  ],
  [
    { ...least, time: "2026-11-30T20:45:00+02:00", data_base64: "aGVsbG8=" },
    '{"id":"1","source":"/s","type":"t","data_base64":"aGVsbG8=","time":"2026-11-30T20:45:00+02:00","specversion":"1.0"}',
  ],
  [
    { b: true, ...least, n: 5, datacontenttype: "text/plain", dataschema: "http://x/y", time: "2026-11-30T20:45:00Z" },
    '{"id":"1","source":"/s","type":"t","time":"2026-11-30T20:45:00+00:00","specversion":"1.0","dataschema":"http://x/y","datacontenttype":"text/plain","b":true,"n":5}',
  ],
])("a CloudEvent %j", (given, published) => {
  expect(JSON.stringify(asCloudEvent(given, now))).toBe(published);
});

const own = { metadataVersion: "1", id: "1", subject: "s", eventType: "t", dataVersion: "1", data: { a: 1 } };

test.each([
  ["2026-11-30T20:45:00.310Z", "2026-11-30T20:45:00.3100000Z"],
  ["2026-11-30T20:45:00+02:00", "2026-11-30T18:45:00.0000000Z"],
  ["2026-11-30T20:45:00", "2026-11-30T20:45:00.0000000Z"],
  ["2026-11-30", "2026-11-30T00:00:00.0000000Z"],
  ["soon", "soon"],
])("an event of Event Grid's own schema at %s", (eventTime, published) => {
  expect(JSON.stringify(asOwnEvent({ ...own, eventTime }))).toBe(
    `{"id":"1","subject":"s","data":{"a":1},"eventType":"t","eventTime":"${published}","dataVersion":"1"}`,
  );
});
