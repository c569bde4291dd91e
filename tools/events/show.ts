import type { CremaEvent } from "../../contracts/events.ts";
import { eventOfId, eventsOf } from "./archive.ts";
import { type Command, reachOptions, reachUsage, readArgs, UsageError } from "./command.ts";
import { lineOf } from "./lines.ts";
import { orderNamed } from "./order-named.ts";
import { reach } from "./reach.ts";
import type { Stand } from "./stand.ts";
import { treeOf } from "./tree.ts";
import { shortType } from "./which.ts";

export const show: Command = {
  summary: "an event whole, with what led to it; or all of an order, as a tree",
  usage: `npm run events -- show EVENT [options]
npm run events -- show --order ORDER [options]
  EVENT              the id of an event, as \`list\` tells it
  --order ORDER      all of one order, each event beneath the one that led to it; by its id, the beginning of it, or its number
  --json             as lines of JSON
${reachUsage}`,
  async run(args, io) {
    const options = { ...reachOptions, order: { type: "string" }, json: { type: "boolean" } } as const;
    const { values, positionals } = readArgs(args, options, { most: 1, what: "show tells of one event" });
    const [id] = positionals;
    if ((id === undefined) === (values.order === undefined)) {
      throw new UsageError("Name an event by its id, or an order with --order.");
    }
    const stand = await reach(values);
    try {
      if (id === undefined) {
        const orderId = await orderNamed(stand, values.order ?? "");
        const events: CremaEvent[] = [];
        for await (const event of eventsOf(stand, { orderId })) events.push(event);
        if (events.length === 0)
          throw new Error(`The archive has no event of the order ${orderId}: it keeps them for 30 days.`);
        if (values.json) for (const event of events) io.out(JSON.stringify(event));
        else for (const line of treeLines(events)) io.out(line);
        return 0;
      }
      const event = await eventOfId(stand, id);
      if (event === undefined)
        throw new Error(`The archive of ${stand.name} has no event ${id}: it keeps them for 30 days.`);
      if (values.json) io.out(JSON.stringify(event));
      else for (const line of await wholeLines(stand, event)) io.out(line);
      return 0;
    } finally {
      stand.close();
    }
  },
};

function treeLines(events: CremaEvent[]): string[] {
  const width = 30;
  return treeOf(events).map(({ event, depth }) => {
    const type = `${"  ".repeat(depth)}${shortType(event.type)}`;
    const [time, , ...rest] = lineOf(event).split(/ {2,}/);
    return `${time}  ${type.padEnd(width)}  ${rest.join("  ")}`;
  });
}

async function wholeLines(stand: Stand, event: CremaEvent): Promise<string[]> {
  const { data, type, causationid, ...attributes } = event;
  const names = Object.entries(attributes).filter(([name]) => name !== "specversion" && name !== "datacontenttype");
  const cause = causationid === undefined ? undefined : await eventOfId(stand, causationid);
  const row = (name: string, value: unknown) => `  ${name.padEnd(14)} ${String(value)}`;
  return [
    type,
    ...names.map(([name, value]) => row(name, value)),
    ...(causationid === undefined
      ? []
      : [row("came of", `${causationid}${cause ? ` (${shortType(cause.type)})` : ""}`)]),
    ...(await effectsOf(stand, event)).map((effect) => row("led to", `${effect.id} (${shortType(effect.type)})`)),
    ...JSON.stringify(data, null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}

async function effectsOf(stand: Stand, { id, correlationid }: CremaEvent): Promise<CremaEvent[]> {
  const found: CremaEvent[] = [];
  for await (const event of eventsOf(stand, { orderId: correlationid }))
    if (event.causationid === id) found.push(event);
  return found;
}
