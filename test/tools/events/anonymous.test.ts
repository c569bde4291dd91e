import fc from "fast-check";
import { expect, test } from "vitest";
import type * as z from "zod";
import { type CremaEvent, eventData, eventTypes, parseEvent } from "../../../contracts/events.ts";
import { jsonSchema } from "../../../tools/contracts/json-schema.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { anonymously } from "../../../tools/events/anonymous.ts";
import { treatmentOf } from "../../../tools/events/left-out.ts";

type Json = Record<string, unknown>;

/** The places of a schema that hold a value. */
function places(schema: Json, place = ""): string[] {
  const inner = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (inner) return inner.flatMap((each) => places(each, place));
  if (schema.type === "array") return places(schema.items as Json, `${place}[]`);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  if (fields.length === 0) return [place];
  return fields.flatMap(([name, field]) => places(field, place === "" ? name : `${place}.${name}`));
}

test.each(eventTypes)(
  "%s: somebody has thought of what becomes of each field in an export (tools/events/left-out.ts)",
  (type) => {
    const unthought = places(jsonSchema(eventData[type] as z.ZodType, type)).filter(
      (place) => treatmentOf(place) === undefined,
    );
    expect(unthought).toEqual([]);
  },
);

test("a field that nobody has thought of is left out, and so is an attribute", () => {
  const ready = samples().get("crema.order.ready.v1") as CremaEvent<"crema.order.ready.v1">;
  const order = { ...ready.data.order, cupName: "Zoë", barista: { ...ready.data.order.barista, phone: "+1425" } };
  const event = {
    ...ready,
    traceparent: "00-trace",
    somebody: "Zoë",
    data: { order, by: "Zoë" },
  } as unknown as CremaEvent;
  expect(JSON.stringify(anonymously()(event))).not.toMatch(/Zoë|\+1425|trace/);
});

const personId = fc.stringMatching(/^[A-Za-z0-9_-]{16,24}$/);
const uuid = fc.uuid({ version: 4 });
const people = fc.record({
  order: uuid,
  other: uuid,
  customer: personId,
  barista: personId,
  name: fc.stringMatching(/^[A-Z][a-z]{6,10}$/),
  note: fc.stringMatching(/^[a-z]{8} [a-z]{8}$/),
});

/** The sample as it would be of somebody else. */
function of(
  sample: CremaEvent,
  who: { order: string; other: string; customer: string; barista: string; name: string; note: string },
): CremaEvent {
  const text = JSON.stringify(sample)
    .replaceAll(/"openOrderId":"[^"]*"/g, `"openOrderId":"${who.other}"`)
    .replaceAll(/00000000-0000-4000-8000-\d{12}/g, who.order)
    .replaceAll("customer-00000001", who.customer)
    .replaceAll("barista-00000001", who.barista)
    .replaceAll('"Bea"', JSON.stringify(who.name))
    .replaceAll("out of oat milk", who.note);
  return {
    ...(JSON.parse(text) as CremaEvent),
    traceparent: `00-${who.order.replaceAll("-", "")}-0123456789abcdef-00`,
  };
}

test("no string of an export holds an id, a name or a note of before; who is who is told the same throughout", () => {
  const drawn = fc.array(fc.record({ who: people, what: fc.constantFrom(...samples().values()) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(drawn, (all) => {
      const anonymous = anonymously();
      const originals = all.map(({ who, what }) => of(what, who));
      const lines = originals.map((event) => JSON.stringify(anonymous(event)));
      const text = lines.join("\n");
      for (const { who } of all) {
        const { order, other, customer, barista, name, note } = who;
        for (const secret of [order, order.replaceAll("-", ""), other, customer, barista, name, note])
          expect(text).not.toContain(secret);
      }
      for (const line of lines) expect(parseEvent(JSON.parse(line))).toHaveProperty("event");
      const told = new Map<string, string>();
      for (const [at, original] of originals.entries()) {
        const [before, after] = [original, JSON.parse(lines[at] ?? "") as CremaEvent];
        if (!("order" in before.data && "order" in after.data)) continue;
        for (const [was, is] of [
          [before.data.order.id, after.data.order.id],
          [before.data.order.customerId, after.data.order.customerId],
        ] as const) {
          expect(told.get(was) ?? is).toBe(is);
          told.set(was, is);
        }
        expect(after.subject).toBe(`stores/main/orders/${after.data.order.id}`);
        expect(after.id).toBe(`${after.data.order.id}-${after.data.order.version}`);
        expect([after.time, after.type, after.data.order.state]).toEqual([
          before.time,
          before.type,
          before.data.order.state,
        ]);
      }
      expect(new Set(told.values()).size).toBe(told.size);
      // The same events give the same export: two of them can be compared.
      expect(originals.map(anonymously()).map((event) => JSON.stringify(event))).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});

test("a person's document is named without what is left of their number", () => {
  const rejected = samples().get("crema.config.rejected.v1") as CremaEvent<"crema.config.rejected.v1">;
  const documentId = "staff:…123";
  const problems = [{ path: "name", message: "Zoë is too long" }];
  const event = {
    ...rejected,
    subject: `stores/main/config/${documentId}`,
    id: "rejected-0a1b",
    correlationid: "rejected-0a1b",
  };
  const given = anonymously()({ ...event, data: { documentId, problems } } as CremaEvent);
  expect(given).toMatchObject({ id: "event-1", correlationid: "event-1", subject: "stores/main/config/staff" });
  expect(JSON.stringify(given)).not.toMatch(/123|Zoë|0a1b/);
});

test.each(["+14255550177", "Staff:+14255550178", "zoe.secret@mail.example", "drink:Zoë"])(
  "a document that is named wrongly may be named after somebody: %s",
  (documentId) => {
    const rejected = samples().get("crema.config.rejected.v1") as CremaEvent<"crema.config.rejected.v1">;
    const subject = `stores/main/config/${documentId}`;
    const given = anonymously()({ ...rejected, subject, data: { ...rejected.data, documentId } });
    expect(JSON.stringify(given)).not.toContain(documentId.slice(-6));
    expect(given).toMatchObject({ subject: "stores/main/config/document", data: { documentId: "document" } });
  },
);

test("a notice tells that something was said, not what, nor to whom", () => {
  const sample = samples().get("crema.notice.published.v1") as CremaEvent<"crema.notice.published.v1">;
  const id = "notice:regulars:zoe-0123456789abcdef";
  const text = { en: "Zoë, this one is on the house", de: "Zoë, der geht aufs Haus" };
  const said = { ...sample.data.notice, id, text, audience: { customer: "zoe-0123456789abcdef" } };
  const event = {
    ...sample,
    id: `${id}-1`,
    correlationid: `${id}-1`,
    subject: `stores/main/notices/${id}`,
    data: { notice: said },
  };
  const given = anonymously()(event);
  expect(JSON.stringify(given)).not.toMatch(/zo[eë]-|Zoë/);
  expect(given).toMatchObject({
    subject: "stores/main/notices/notice:said:1",
    data: { notice: { id: "notice:said:1", audience: { customer: "customer-00000001" }, text: { en: "(left out)" } } },
  });
});
