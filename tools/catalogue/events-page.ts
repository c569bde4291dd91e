import { type EventType, envelope } from "../../contracts/events.ts";
import { asyncApi } from "../contracts/asyncapi.ts";
import type { Json } from "../contracts/json-schema.ts";
import { samples } from "../contracts/samples.ts";
import { type Versions, versions, versionsOf } from "./changes.ts";
import { fieldTable } from "./fields.ts";
import { byTeller, publisher, screensOf, stepOf, stepsOf, subscribers, tellerOf } from "./hearers.ts";
import { anchor, code, folded, generatedNote, json, listed } from "./markdown.ts";

const schemas = (asyncApi().components as { schemas: Record<string, Json> }).schemas;

/** The data of an event as JSON Schema. Schemas that several events share are referenced by name. */
export const dataOf = (type: EventType): Json =>
  (schemas[type]?.properties as Record<string, Json> | undefined)?.data ?? {};

/** The page of events: each with its meaning, its publisher, its receivers, its data, a sample and its versions. */
export async function eventsPage(): Promise<string> {
  const known = await versions();
  const sections = [...byTeller()].flatMap(([teller, types]) => [
    `## Published by ${teller}`,
    ...types.map((type) => section(type, known)),
  ]);
  return `${[
    "# Events",
    generatedNote,
    intro,
    "## The envelope",
    "CloudEvents 1.0, in JSON. Every event has these attributes beside its `data`; attributes that you do not know are to be passed over.",
    fieldTable(envelopeSchema()),
    ...sections,
    "## What several events hold",
    ...shared().flatMap(([name, schema]) => [
      `### ${name}`,
      String(schema.description ?? ""),
      fieldTable(schema, schemas),
    ]),
  ].join("\n\n")}\n`;
}

const intro = `Delivery is at least once and in no order: \`id\` identifies a repeated event, \`sequence\` a late one. An event is written in the same transaction as the
change that it describes, and kept for 30 days. Each event type has a schema in [contracts/events.ts](../../contracts/events.ts). The JSON Schemas are in
[contracts/generated/events](../../contracts/generated/events), and all of them as AsyncAPI in
[asyncapi.json](../../contracts/generated/asyncapi.json). Brackets, as in \`order.options[].group\`, mean each entry of a list.`;

/** The attributes that all events have: those of one event, without the specific parts. */
function envelopeSchema(): Json {
  const { properties, required } = schemas["crema.order.ready.v1"] as {
    properties: Record<string, Json>;
    required: string[];
  };
  const { data: _, ...attributes } = properties;
  const type = { type: "string", description: envelope.shape.type.description };
  return { properties: { ...attributes, type }, required };
}

/** Schemas that are no events. */
const shared = () => Object.entries(schemas).filter(([name]) => !name.startsWith("crema."));

function section(type: EventType, known: Versions): string {
  const { title = "", description = "" } = dataOf(type) as { title?: string; description?: string };
  const steps = stepsOf(type).map(stepOf);
  return [
    `### ${code(type)}`,
    `**${title}.** ${description}`,
    [
      `- Published by ${tellerOf(type)}${steps.length === 0 ? "" : `: ${[...new Set(steps)].join("; ")}`}`,
      `- Received by ${hearersOf(type)}`,
      `- Subject ${code(subjectOf(type))}`,
      `- ${versionsOf(type, known)}`,
    ].join("\n"),
    fieldTable(dataOf(type), schemas),
    folded("A sample", json(samples().get(type))),
  ].join("\n\n");
}

function hearersOf(type: EventType): string {
  const functions = subscribers().filter((each) => each.hears(type) && each.name !== publisher);
  const screens = screensOf(type);
  const told = functions.map(({ name, does }) => `${code(name)} (${does})`);
  const publishing = subscribers().some((each) => each.name === publisher && each.hears(type));
  if (publishing)
    told.push(
      `${code(publisher)} (${screens.length === 0 ? "no screen shows it" : `${screens.length === 1 ? "screen" : "screens"}: ${listed(screens)}`})`,
    );
  return told.length === 0 ? "nobody yet" : told.join(", ");
}

/** The subject of the sample, with placeholders for the parts that differ between events. */
function subjectOf(type: EventType): string {
  const { subject = "" } = samples().get(type) ?? {};
  const names: [RegExp, string][] = [
    [/^stores\/[^/]+/, "stores/<storeId>"],
    [/orders\/[^/]+$/, "orders/<orderId>"],
    [/codes\/[^/]+$/, "codes/<opensAt>"],
    [/config\/.+$/, "config/<documentId>"],
    [/notices\/.+$/, "notices/<noticeId>"],
  ];
  return names.reduce((text, [pattern, name]) => text.replace(pattern, name), subject);
}

/** A link to the event's section on the page. */
export const linkTo = (type: EventType): string => `[${code(type)}](events.md#${anchor(type)})`;
