import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { type CremaEvent, eventTypes, parseEvent, sequenceOf } from "../../contracts/events.ts";
import { sampleValue } from "../../tools/contracts/sample-value.ts";
import { committedSamples, generate, generateSamples } from "../../tools/generate-contracts.ts";

const files = await committedSamples();
const sampleOf = (type: string) => JSON.parse(files.get(`${type}.json`) ?? "{}") as CremaEvent;

test("the committed samples are those that the schemas give, one of each type (else run: npm run generate)", () => {
  expect([...files.keys()].sort()).toEqual(eventTypes.map((type) => `${type}.json`).sort());
  for (const [path, text] of generateSamples()) expect(files.get(path), path).toBe(text);
});

test.each(eventTypes)("%s: its sample is valid, by our own check and by the JSON Schema that others have", (type) => {
  const sample = sampleOf(type);
  expect(parseEvent(sample)).toEqual({ event: sample });
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  const valid = ajv.compile(JSON.parse(generate().get(`events/${type}.json`) ?? "{}"));
  expect(valid(sample) ? [] : valid.errors).toEqual([]);
});

test("each is a fact of its own, and says the same in the envelope as in its data", () => {
  expect(new Set(eventTypes.map((type) => sampleOf(type).id)).size).toBe(eventTypes.length);
  for (const type of eventTypes) {
    const { data, subject, sequence, id } = sampleOf(type);
    if (!("order" in data)) continue;
    expect([subject, sequence, id], type).toEqual([
      `stores/main/orders/${data.order.id}`,
      sequenceOf(data.order.version),
      `${data.order.id}-${data.order.version}`,
    ]);
  }
});

test("a schema that no sample is known for is named with its place", () => {
  const schema = { type: "object", properties: { form: { type: "string", pattern: "^\\d{17}$" } } };
  expect(() => sampleValue(schema, () => undefined)).toThrow("form: no sample is known for a text like ^\\d{17}$");
});
