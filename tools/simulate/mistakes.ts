import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { extensionsFolder } from "../../infra/extensions.ts";
import { root } from "../stand-options.ts";
import { writeApplications } from "./applications.ts";

/** A mistake that is made in a copy of the application: a text that occurs once in a file, and its replacement. */
export interface Mistake {
  name: string;
  file: string;
  right: string;
  wrong: string;
}

/** In the core and in the extensions, which may be missing. */
const all: readonly Mistake[] = [
  {
    name: "a place in the queue is not given back",
    file: "functions/orders/together.ts",
    right: "by += place.by;",
    wrong: "by += Math.max(0, place.by);",
  },
  {
    name: "an order takes two places",
    file: "functions/orders/admit.ts",
    right: "places: { by: 1,",
    wrong: "places: { by: 2 as 1,",
  },
  {
    name: "more are let in than there are places",
    file: "functions/orders/admit.ts",
    right: "below: capacity }",
    wrong: "below: 10 * capacity }",
  },
  {
    name: "a customer's open orders are not crossed off",
    file: "functions/orders/customer.ts",
    right: "order && isActive(order.state) ? [order.id] : []",
    wrong: "order ? [order.id] : []",
  },
  {
    name: "an event gets a new id at each try",
    file: "functions/outbox/send.ts",
    right: "batch.map(outgoing)",
    wrong: "batch.map((event) => outgoing({ ...event, id: event.id + Math.random() }))",
  },
  {
    name: "an event says when it was published, not when it happened",
    file: "functions/outbox/send.ts",
    right: "batch.map(outgoing)",
    wrong: "batch.map((event) => outgoing({ ...event, time: new Date(Date.now() + 1).toISOString() }))",
  },
  {
    name: "the last event of a batch is left out",
    file: "functions/outbox/send.ts",
    right: "batches(events))",
    wrong: "batches(events.length > 1 ? events.slice(0, -1) : events))",
  },
  {
    name: "the events of a batch that failed are not sent again",
    file: "functions/outbox/send.ts",
    right: "if (statusCode !== 400 && statusCode !== 413) throw error;",
    wrong: "if (statusCode !== 400 && statusCode !== 413) return;",
  },
  {
    name: "a second tap on one code begins a second order",
    file: "functions/codes/scan-document.ts",
    right: "return scan.taken.includes(scan.orderId) ? scan.orderId : undefined;",
    wrong: "return undefined;",
  },
  {
    name: "a scan is not given back",
    file: "functions/codes/give-back.ts",
    right: "if (!scan?.document.taken.includes(orderId)) return;",
    wrong: "if (scan?.document.taken.includes(orderId) !== false) return;",
  },
  {
    name: "a number is left out",
    file: "functions/orders/numbering.ts",
    right: "lastNumber: last.lastNumber + 1, day: last.day }",
    wrong: "lastNumber: last.lastNumber + (last.lastNumber % 7 === 6 ? 2 : 1), day: last.day }",
  },
  {
    name: "numbers go on from one day to the next",
    file: "functions/orders/numbering.ts",
    right: "today > last.day ?",
    wrong: `last.day === "" ?`,
  },
  {
    name: "the sweep is switched off",
    file: "functions/orders/sweep.ts",
    right: "for (const order of await suspects(Date.now())) {",
    wrong: "for (const order of (await suspects(Date.now())).slice(1_000)) {",
  },
  {
    name: "workflows give up after two minutes",
    file: "functions/platform/activity-retries.ts",
    right: "new RetryOptions(1_000, 366)",
    wrong: "new RetryOptions(1_000, 8)",
  },
  {
    name: "an order without a choice never expires",
    file: "functions/orders/rules.ts",
    right: `if (command === "expire" && (`,
    wrong: `if (command === "expire" && (order.state === "choosing" || `,
  },
  {
    name: "a message to a screen carries no new version",
    file: "functions/publisher/messages.ts",
    right: `message: { kind: "order", event, order } }];`,
    wrong: `message: { kind: "order", event, order: { ...order, version: 1 } } }];`,
  },
  {
    name: "the length of the queue is pushed to no screen",
    file: "functions/publisher/messages.ts",
    right: `        {
          groups: [groups.staff(storeId, epoch), groups.display(storeId, epoch)],
          message: { kind: "queue"`,
    wrong: `        {
          groups: [groups.staff(storeId, -1)],
          message: { kind: "queue"`,
  },
  {
    name: "what an extension says is pushed to no screen",
    file: "functions/publisher/messages.ts",
    right: "groups: hearersOf(notice, epoch),",
    wrong: `groups: hearersOf({ ...notice, storeId: "none" }, epoch),`,
  },
  {
    name: "the staff of one stand receive every stand's orders",
    file: "contracts/push.ts",
    right: `staff: (storeId: string, epoch = 0) => \`staff.\${storeId}\${since(epoch)}\``,
    wrong: `staff: (_: string, epoch = 0) => \`staff.all\${since(epoch)}\``,
  },
  {
    name: "an event that one of the services failed at is not sent to it again",
    file: "functions/platform/hears.ts",
    right: "await tellAgain(event, failed);",
    wrong: "void tellAgain;",
  },
  {
    name: "a fact is counted with each event that reports it",
    file: "functions/insights/hour.ts",
    right: "if (isOut || (isIn && !undone)) return false;\n  if (!isIn && !undone) adders",
    wrong: "if (isOut) return false;\n  if (!undone) adders",
  },
  {
    name: "a command that comes twice is refused the second time",
    file: "functions/orders/rules.ts",
    right: `if (request.command === "submit") return afterSubmit.includes(order.state) && holds(order, request.wish);`,
    wrong: `if (request.command === "submit") return false;`,
  },
  {
    name: "a retried order at the counter is another order",
    file: "functions/orders/place.ts",
    right: "key === undefined ? randomUUID() :",
    wrong: `key !== "" ? randomUUID() :`,
  },
  {
    name: "somebody who no longer works here still receives messages",
    file: "functions/config/publish.ts",
    right: "(last.staff?.epoch ?? 0) + (lost ? 1 : 0)",
    wrong: "(last.staff?.epoch ?? 0)",
  },
  {
    name: "an extension counts an order at each delivery",
    file: "functions/platform/change-once.ts",
    right: "create({ id: mark, storeId,",
    wrong: "create({ id: mark + etag, storeId,",
  },
  {
    name: "the scans of a deleted customer stay",
    file: "functions/codes/personal.ts",
    right: "await remove(codes, storeId, scan.id);",
    wrong: "void scan;",
  },
  {
    name: "a deleted customer stays in the events of their orders",
    file: "functions/orders/personal.ts",
    right: "[...(await heldIn(all, query, { order: order.id }, storeId)), order]",
    wrong: "[...(await heldIn(all, query, { order: order.id }, storeId)).slice(0, 0), order]",
  },
  {
    name: "a sign-out everywhere ends one session only",
    file: "functions/identity/sessions.ts",
    right: "await Promise.all(resources.map((id) => closeSession(id, log)));",
    wrong: "await Promise.all(resources.slice(0, 1).map((id) => closeSession(id, log)));",
  },
  {
    name: "somebody who is signed out still receives messages",
    file: "functions/platform/connections.ts",
    right: "group(group).closeAllConnections(",
    wrong: 'group(group.replace("session.", "none.")).closeAllConnections(',
  },
  {
    name: "a code that is typed again opens another session",
    file: "functions/identity/challenges.ts",
    right: "token: tokenOf(challenge, code, judged.salt)",
    wrong: "token: randomSecret()",
  },
  {
    name: "a retried request for a store makes another store",
    file: "functions/config/make-store.ts",
    right: "claim?.by === by",
    wrong: 'claim?.by === ""',
  },
  {
    name: "closed doors let guests in",
    file: "contracts/opening.ts",
    right: `return "closed";`,
    wrong: `return "open";`,
  },
  {
    name: "doors open and close by the hours at the next edit only",
    file: "functions/config/sweep.ts",
    right: "if (pages.some(isDue)) {",
    wrong: "if (pages.some(() => isDue === undefined)) {",
  },
  {
    name: "a message is sent again at each delivery of its event",
    file: "functions/identity/reach.ts",
    right: "return taken && { ...reach, texts: reach.texts.filter(isOther(orderId)) };",
    wrong: "return taken && { ...reach, texts: [...reach.texts] };",
  },
  {
    name: "the robot still holds an order that it has made",
    file: "functions/extensions/barista-robot/orchestration.ts",
    right: `yield* hands(context, start, "leave");\n      if (end`,
    wrong: `if (end === undefined) yield* hands(context, start, "leave");\n      if (end`,
  },
];

/** Typical mistakes in such a system, one for each kind of guarantee: the simulation has to find them, or it proves nothing. */
export const mistakes: readonly Mistake[] = all.filter(
  ({ file }) => !file.startsWith(`${extensionsFolder}/`) || existsSync(join(root, file)),
);

/** A file with the mistake. @throws Error if the correct text does not occur exactly once: the file has changed */
export function withMistake({ name, file, right, wrong }: Mistake): string {
  const source = readFileSync(join(root, file), "utf8");
  if (source.split(right).length === 2) return source.replace(right, () => wrong);
  throw new Error(`The mistake "${name}" cannot be made: in ${file} there is not exactly one\n${right}`);
}

/** Builds the application with mistakes, each in a different file, into `folder`, as `writeApplications` does. @throws Error as `withMistake` */
export async function buildWith(made: readonly Mistake[], folder: string): Promise<void> {
  const files = new Map(made.map((mistake) => [join(root, mistake.file), withMistake(mistake)]));
  const plugin: Plugin = {
    name: "mistakes",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = files.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
  await writeApplications(folder, [plugin]);
}
