import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { quotable } from "../../contracts/bounded.ts";
import { storeId } from "../../contracts/common.ts";
import { type CremaEvent, parseEvent } from "../../contracts/events.ts";
import { UsageError } from "../say-usage.ts";
import { root } from "../stand-options.ts";
import { type Command, reachOptions, reachUsage, readArgs } from "./command.ts";
import { publish } from "./publish.ts";
import { reach } from "./reach.ts";
import { typesNamed } from "./which.ts";

export const inject: Command = {
  summary: "publishes one event, from a file or from the sample of its type",
  usage: `npm run events -- inject FILE [options]
npm run events -- inject --sample TYPE [options]
  FILE               one CloudEvent as JSON; - reads it from standard input
  --sample TYPE      the sample in contracts/samples, as a new event: with a new time, id, order and customer
  --dry-run          shows what would be published, and publishes nothing
${reachUsage}

The event is published as it is, to all subscriptions, and they treat it as real: a scan begins an order. It is not written to the archive, which holds
only what happened.`,
  async run(args, io) {
    const options = { ...reachOptions, sample: { type: "string" }, "dry-run": { type: "boolean" } } as const;
    const { values, positionals } = readArgs(args, options, { most: 1, what: "one event is published at a time" });
    const [file] = positionals;
    if ((file === undefined) === (values.sample === undefined)) {
      throw new UsageError("Name a file with an event, or a type with --sample.");
    }
    const sampled = values.sample === undefined ? undefined : sampleOf(values.sample);
    const stand = await reach(values);
    try {
      const at = new Date(await stand.now()).toISOString();
      const event = sampled
        ? fresh(sampled, stand.storeId, at, randomUUID())
        : checked(file ?? "", await contentOf(file ?? ""));
      if (values["dry-run"]) {
        io.out(JSON.stringify(event, null, 2));
        return 0;
      }
      await publish(stand, [event]);
      io.out(`Published ${event.type} ${event.id} to ${stand.name}.`);
      return 0;
    } finally {
      stand.close();
    }
  },
};

/** The sample of a type. @throws UsageError if there is none, or several */
export function sampleOf(name: string): CremaEvent {
  const [type, ...more] = typesNamed(name);
  if (more.length > 0) throw new UsageError(`"${name}" is several types: ${[type, ...more].join(", ")}.`);
  return JSON.parse(readFileSync(join(root, "contracts", "samples", `${type}.json`), "utf8")) as CremaEvent;
}

/**
 * A sample as a new event: in this store, of an order and a customer of its own, with an id that is derived from it, and at this time. Moments in its
 * data keep their distance to it. Pure.
 */
export function fresh(sample: CremaEvent, storeId: string, time: string, uuid: string): CremaEvent {
  const later = Date.parse(time) - Date.parse(sample.time);
  const swap = (value: string) =>
    value
      .replace(/00000000-0000-4000-8000-\d{12}/g, uuid)
      .replace(/customer-\d{8}/g, `customer-${uuid.slice(0, 8)}`)
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) => new Date(Date.parse(moment) + later).toISOString())
      .replace(/^stores\/main\//, `stores/${storeId}/`);
  const copy = JSON.parse(JSON.stringify(sample), (name, value: unknown) =>
    name === "storeId" ? storeId : typeof value === "string" ? swap(value) : value,
  ) as CremaEvent;
  const ofOrder = "order" in copy.data;
  const id = ofOrder ? copy.id : `injected-${uuid}`;
  // An event of an order belongs to the new order; an independent one starts its own correlation.
  const correlationid = copy.correlationid === sample.id ? id : copy.correlationid;
  return { ...copy, id, correlationid, time };
}

async function contentOf(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

/** A schema's message in plain words. */
const inWords = (message: string) =>
  message
    .replace(/^Invalid input: expected nonoptional, received undefined$/, "is missing")
    .replace(/^Invalid input: expected (.+), received undefined$/, "is missing; it must be $1")
    .replace(/^Invalid input: expected /, "must be ");

/** The event in a text. @throws Error with everything that the schema rejects */
export function checked(file: string, content: string): CremaEvent {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}.`);
  }
  if (Array.isArray(value)) throw new Error(`${file} is a list; one event is published at a time.`);
  const parsed = parseEvent(value);
  if ("problems" in parsed) {
    const why = parsed.problems.map(({ path, message }) => `  ${path || "the event"}: ${inWords(message)}`).join("\n");
    throw new Error(`${file} is no event that may be published:\n${why}`);
  }
  const { replay, subject } = parsed.event;
  if (replay !== undefined)
    throw new Error(`${file} carries "replay": use the command \`replay\` for replayed events.`);
  if (!storeId.safeParse(subject.split("/")[1]).success) {
    throw new Error(
      `${file} is no event of a store: its subject "${quotable(subject, 100)}" must begin with stores/ and the id of one.`,
    );
  }
  // As it was written, including fields that the schema does not know.
  return value as CremaEvent;
}
