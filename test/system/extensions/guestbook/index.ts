import type { OrchestrationContext, Task } from "durable-functions";
import { EntityId } from "durable-functions";
import { Extension } from "../../../../functions/platform/extension.ts";
import { waitUntil } from "../../../../functions/platform/wait-until.ts";
import { operations } from "./contract.ts";
import declaration from "./extension.json" with { type: "json" };

interface Line {
  storeId: string;
  orderId: string;
  text: string;
}

/** An extension that does what none of those in the repository does: its routes start and tell workflows, it has an entity, and a timer. */
const guestbook = new Extension(declaration);
const instanceOf = (orderId: string) => `guestbook-${orderId}`;

guestbook.routes(operations, {
  write: async ({ storeId, params: { orderId }, body: { text }, who, context }) => {
    const line: Line = { storeId, orderId, text };
    await guestbook.workflows(context).startOnce("guestbook-line", instanceOf(orderId), line);
    return { by: who.customerId };
  },
  allow: async ({ params: { orderId }, roles, context }) => {
    await guestbook.workflows(context).tell(instanceOf(orderId), "allowed", true);
    return { by: [...roles] };
  },
  days: async ({ storeId }) => {
    const container = await guestbook.container();
    const { resources } = await container.items
      .query<{ text?: string }>("SELECT c.text FROM c ORDER BY c.id", { partitionKey: storeId })
      .fetchAll();
    const lines = resources.flatMap(({ text }) => text ?? []);
    return { lines, days: resources.length - lines.length };
  },
});

guestbook.orchestration("guestbook-line", function* (context: OrchestrationContext): Generator<Task, string, unknown> {
  const line = context.df.getInput<Line>();
  const until = new Date(context.df.currentUtcDateTime.getTime() + 60 * 60_000);
  if ((yield* waitUntil<boolean>(context, "allowed", until, Boolean)) === undefined) return "nobody read it";
  const number = yield context.df.callEntity(new EntityId("guestbook-count", line.storeId), "next");
  yield context.df.callActivity("guestbook-keep", { ...line, number });
  return "kept";
});

guestbook.entity<number>("guestbook-count", ({ df }) => {
  const next = (df.getState(() => 0) ?? 0) + 1;
  df.setState(next);
  df.return(next);
});

guestbook.activity<Line & { number: number }>("guestbook-keep", async ({ storeId, text, number }) => {
  await (await guestbook.container()).items.upsert({ id: `line:${number}`, storeId, text: `${number}. ${text}` });
});

guestbook.timer("guestbook-daily", "0 0 21 * * *", async () => {
  const day = new Date().toISOString().slice(0, 10);
  await (await guestbook.container()).items.upsert({ id: `day:${day}`, storeId: "main" });
});
