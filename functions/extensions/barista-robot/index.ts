import type { OrderView } from "../../../contracts/order.ts";
import { catalogPage } from "../../platform/catalog-page.ts";
import { Extension } from "../../platform/extension.ts";
import { inTurn } from "../../platform/in-turn.ts";
import { create, replace, transact } from "../../platform/transaction.ts";
import declaration from "./extension.json" with { type: "json" };
import { empty, type Hands, type HandsAnswer, type HandsRequest, handle } from "./hands.ts";
import { handsActivity, instanceOf, orchestration, orderNews, type RobotStart } from "./names.ts";
import { robotWay } from "./orchestration.ts";

const robot = new Extension(declaration);
const seconds = (setting: string) => Number(robot.setting(setting)) * 1_000;

robot.orchestration(orchestration, robotWay);

type Told = { data: { order: OrderView }; replay?: string | undefined };
type Context = Parameters<typeof robot.workflows>[0];

robot.onEvents({
  "crema.order.queued.v1": async ({ data: { order }, replay }, context) => {
    // The drink of a replayed event was made long ago.
    if (replay !== undefined) return;
    const { id: orderId, storeId, state, version, queuedAt, deadline } = order;
    if (queuedAt === undefined || deadline === undefined) return;
    const start: RobotStart = {
      ...{ orderId, storeId, state, version },
      ...{ queuedAt: Date.parse(queuedAt), deadline: Date.parse(deadline) },
      patience: seconds("BARISTA_ROBOT_CLAIM_SECONDS"),
      making: seconds("BARISTA_ROBOT_MAKE_SECONDS"),
    };
    await robot.workflows(context).startOnce(orchestration, instanceOf(orderId), start);
  },
  "crema.order.claimed.v1": tell,
  "crema.order.released.v1": tell,
  "crema.order.ready.v1": tell,
  "crema.order.cancelled.v1": tell,
  "crema.order.expired.v1": tell,
});

async function tell({ data: { order }, replay }: Told, context: Context): Promise<void> {
  if (replay !== undefined) return;
  const { id, state, version } = order;
  await robot.workflows(context).tell(instanceOf(id), orderNews, { state, version });
}

/** The limit for rounds of optimistic concurrency. Within one process, orders ask one after another. */
const rounds = 20;
robot.activity<HandsRequest>(handsActivity, async (request, context): Promise<HandsAnswer> => {
  const { storeId, ask } = request;
  const open = ask === "leave" || (await catalogPage(storeId)).store.open;
  const container = await robot.container();
  const answered = await inTurn(`barista-robot/${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { resource, etag } = await container.item("hands", storeId).read<Hands>();
      const { hands, answer } = handle(resource ?? empty, request, open, Date.now());
      const document = { ...hands, id: "hands", storeId };
      const write = resource === undefined ? create(document) : replace(document, etag);
      if ((await transact(container, storeId, [write])).done) return answer;
    }
    throw new Error(`The robot's hands were others' in ${rounds} rounds.`);
  });
  if ("next" in answered && answered.next)
    await robot.workflows(context).tell(instanceOf(answered.next), orderNews, { free: true });
  return answered;
});
