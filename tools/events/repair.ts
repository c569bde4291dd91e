import type { CremaEvent } from "../../contracts/events.ts";
import { workflowIdOf } from "../../contracts/workflow.ts";
import type { Order } from "../../functions/orders/order.ts";
import { UsageError } from "../say-usage.ts";
import { eventsOf } from "./archive.ts";
import { type Command, type Io, reachOptions, reachUsage, readArgs } from "./command.ts";
import { compare, type Facts, type Remedy } from "./compare.ts";
import { nameOf } from "./dead-letters.ts";
import type { Letter } from "./letters.ts";
import { orderNamed } from "./order-named.ts";
import { reach } from "./reach.ts";
import type { Stand } from "./stand.ts";
import { shortType } from "./which.ts";
import { workflowsApi } from "./workflows.ts";

/** How often, and with which pause in ms, to check whether the workflow has followed. */
const looks = { count: 20, pause: 250 };

export const repair: Command = {
  summary: "shows where an order's document, events and workflow disagree, and starts or resumes its workflow",
  usage: `npm run events -- repair ORDER [options]
  ORDER              its id, at least the first eight characters of it, or its number
  --dry-run          shows what it would do, and does nothing
${reachUsage}

What is right is left as it is. This command never writes to an order: the workflow does, by the rules.`,
  async run(args, io) {
    const options = { ...reachOptions, "dry-run": { type: "boolean" } } as const;
    const { values, positionals } = readArgs(args, options, { most: 1, what: "one order is repaired at a time" });
    const [named] = positionals;
    if (named === undefined) throw new UsageError("Name an order: by its id, the beginning of it, or its number.");
    const stand = await reach(values);
    try {
      const orderId = await orderNamed(stand, named);
      const workflows = workflowsApi(await stand.workflows());
      const look = async () => factsOf(stand, workflows, orderId);
      const facts = await look();
      if (!facts.order && !facts.scan && !facts.workflow) throw new Error(`Nothing is known of the order ${orderId}.`);
      for (const line of linesOf(orderId, facts)) io.out(line);
      const letters = await lettersOf(stand, orderId);
      for (const letter of letters) io.out(letterLine(letter));
      const { disagreements, remedy } = compare(facts);
      for (const said of disagreements) io.out(`- ${said}`);
      if (disagreements.length === 0) io.out("They agree. There is nothing to do.");
      if (remedy === undefined) {
        if (disagreements.length > 0) io.out("The workflow cannot mend that. Nothing was done.");
        return disagreements.length === 0 ? 0 : 1;
      }
      if (values["dry-run"]) {
        io.out(`→ its workflow would be ${done(remedy)}.`);
        return 0;
      }
      await apply(workflows, facts.order ? workflowIdOf(facts.order) : orderId, remedy);
      io.out(`→ its workflow was ${done(remedy)}.`);
      return await waitForIt(look, io);
    } finally {
      stand.close();
    }
  },
};

async function factsOf(stand: Stand, workflows: ReturnType<typeof workflowsApi>, orderId: string): Promise<Facts> {
  const { resource: order } = await stand.container("orders").item(orderId, stand.storeId).read<Order>();
  const events: CremaEvent[] = [];
  for await (const event of eventsOf(stand, { orderId })) events.push(event);
  return {
    now: await stand.now(),
    order,
    scan: events.find((event) => event.type === "crema.code.scanned.v1"),
    events: events.filter(({ type }) => type.startsWith("crema.order.")),
    workflow: await workflows.status(order ? workflowIdOf(order) : orderId),
  };
}

function linesOf(orderId: string, { order, scan, events, workflow }: Facts): string[] {
  const row = (name: string, text: string) => `  ${name.padEnd(10)} ${text}`;
  const about = [order?.number === undefined ? "" : `#${order.number}`, order?.drink?.name ?? ""].filter(Boolean);
  // After a recall to the bar there is a workflow of its own; an order at the counter begins with its event.
  const which = order && workflowIdOf(order) !== orderId ? `${workflowIdOf(order)}: ` : "";
  const began = order?.counter ? ", placed at the counter" : "";
  const document =
    order &&
    `${order.state}, version ${order.version}, since ${order.changedAt}${order.deadline ? `, until ${order.deadline}` : ""}`;
  const told = [...(scan ? [scan] : []), ...events].map(({ type }) => shortType(type).replace("order.", ""));
  return [
    `Order ${orderId}${about.length === 0 ? "" : ` (${about.join(" ")})`}`,
    row("document", document === undefined ? "none" : document + began),
    row("events", told.join(", ") || "none"),
    row("workflow", which + (workflow ? `${workflow.runtimeStatus}, since ${workflow.createdTime}` : "none")),
  ];
}

async function lettersOf(stand: Stand, orderId: string): Promise<Letter[]> {
  return (await stand.deadLetters.list()).filter(({ event }) => event.correlationid === orderId);
}

function letterLine(letter: Letter): string {
  const { event, subscription, reason } = letter;
  return `- ${shortType(String(event.type))} could not be delivered to ${subscription} (${reason}). To send it again: npm run events -- dead-letters redrive ${nameOf(letter)}`;
}

const done = (remedy: Remedy) =>
  "start" in remedy ? "started again" : "raise" in remedy ? "sent the event again" : "resumed";

async function apply(workflows: ReturnType<typeof workflowsApi>, id: string, remedy: Remedy): Promise<void> {
  if ("start" in remedy) await workflows.start(id, remedy.start);
  else if ("raise" in remedy) await workflows.raise(id, remedy.raise);
  else await workflows.resume(id);
}

/** Checks until all agree. */
async function waitForIt(look: () => Promise<Facts>, io: Io): Promise<number> {
  let facts = await look();
  for (let n = 0; n < looks.count && compare(facts).disagreements.length > 0 && !io.stopped.aborted; n++) {
    await io.pause(looks.pause);
    facts = await look();
  }
  const { disagreements, remedy } = compare(facts);
  const { order, workflow } = facts;
  io.out(`Now it is ${order?.state ?? "not there"}, and its workflow ${workflow?.runtimeStatus ?? "is not there"}.`);
  for (const said of disagreements) io.out(`- ${said}`);
  if (remedy) io.out("The workflow may need some more seconds. Run the command again then.");
  return disagreements.length === 0 ? 0 : 1;
}
