import type { CremaEvent } from "../../contracts/events.ts";
import { UsageError } from "../say-usage.ts";
import { eventOfId, eventsOf } from "./archive.ts";
import { type Command, reachOptions, reachUsage, readArgs } from "./command.ts";
import { lineOf } from "./lines.ts";
import { orderNamed } from "./order-named.ts";
import { reach } from "./reach.ts";
import type { Stand } from "./stand.ts";
import { checkTelling, tellEvents, tellingOptions, tellingUsage } from "./telling.ts";
import { treeOf } from "./tree.ts";
import { shortType } from "./which.ts";

const usualLast = 10;

export const show: Command = {
  summary: "shows events whole, with their cause and effects; or all events of an order, as a tree",
  usage: `npm run events -- show EVENT [options]
npm run events -- show --order ORDER [options]
npm run events -- show [options]
  EVENT              the id of an event, as \`list\` shows it
  --order ORDER      without other options: all events of one order, each below its cause
${tellingUsage(usualLast)}
${reachUsage}`,
  async run(args, io) {
    const { values, positionals } = readArgs(
      args,
      { ...reachOptions, ...tellingOptions },
      { most: 1, what: "show tells of one event" },
    );
    checkTelling(values);
    const [id] = positionals;
    const { order, ...others } = values;
    const other = (Object.keys(tellingOptions) as (keyof typeof tellingOptions)[]).find(
      (name) => name !== "json" && values[name] !== undefined,
    );
    if (id !== undefined && other !== undefined) throw new UsageError(`With the id of an event, leave out --${other}.`);
    const asTree =
      order !== undefined &&
      (Object.keys(tellingOptions) as (keyof typeof others)[]).every((name) => others[name] === undefined);
    const stand = await reach(values);
    const tell = async (event: CremaEvent) => {
      if (values.json) io.out(JSON.stringify(event));
      else for (const line of await wholeLines(stand, event)) io.out(line);
    };
    try {
      if (asTree) for (const line of treeLines(await ofOrder(stand, order))) io.out(line);
      else if (id === undefined) return await tellEvents(stand, values, io, usualLast, tell);
      else await tell(await eventNamed(stand, id));
      return 0;
    } finally {
      stand.close();
    }
  },
};

async function eventNamed(stand: Stand, id: string): Promise<CremaEvent> {
  const event = await eventOfId(stand, id);
  if (event) return event;
  throw new Error(`The archive of ${stand.name} has no event ${id}: it keeps them for 30 days.`);
}

async function ofOrder(stand: Stand, named: string): Promise<CremaEvent[]> {
  const orderId = await orderNamed(stand, named);
  const events: CremaEvent[] = [];
  for await (const event of eventsOf(stand, { orderId })) events.push(event);
  if (events.length > 0) return events;
  throw new Error(`The archive has no event of the order ${orderId}: it keeps them for 30 days.`);
}

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
