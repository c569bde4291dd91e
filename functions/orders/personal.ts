import { nobodyOf } from "../../contracts/nobody.ts";
import { activeStates } from "../../contracts/order-states.ts";
import { container } from "../platform/clients.ts";
import { holdsPersonalData } from "../platform/personal-data.ts";
import { type Held, heldIn, namesOf, shown, withoutPerson, writeWithout } from "../platform/without-person.ts";
import { remove } from "../platform/writes.ts";
import { type Customer, customerDocumentId, withOnly } from "./customer.ts";
import { type Order, viewOf } from "./order.ts";
import { shareId } from "./share.ts";

const rounds = 5;
const theirs = "c.kind = 'order' AND c.customerId = @id";
/** Staff are also named in other people's orders. Orders of earlier versions have no `hands`, only `last` and `barista`. */
const worked = `c.kind = 'order' AND (c.barista.id = @id OR c.last["by"] = @id OR ARRAY_CONTAINS(c.hands, @id))`;

/** Registers the personal data in orders: how it is shown, and how it is deleted. */
export function holdsOrders(): void {
  holdsPersonalData({
    part: "orders",
    about: {
      en: "Your orders, 90 days, and what happened to them, 30 days; how many you have open and had today; whether a link shows one to others; and which orders you worked on, if you work here. Deleted, orders stay as figures without a person: your id is replaced by one that nobody has.",
      de: "Deine Bestellungen, 90 Tage, und was mit ihnen geschah, 30 Tage; wie viele du offen hast und heute hattest; ob ein Link anderen eine davon zeigt; und an welchen Bestellungen du gearbeitet hast, wenn du hier arbeitest. Gelöscht bleiben Bestellungen als Zahlen ohne Person: Statt deiner Kennung steht dort eine, die niemand hat.",
      es: "Tus pedidos, 90 días, y lo que pasó con ellos, 30 días; cuántos tienes abiertos y cuántos has hecho hoy; si un enlace muestra alguno a otras personas; y en qué pedidos has trabajado, si trabajas aquí. Una vez borrados, los pedidos quedan como cifras sin persona: en lugar de tu identificador hay uno que no tiene nadie.",
      "zh-Hans":
        "你的订单，保留 90 天；订单经过的每一步，保留 30 天；你有几笔未完成、今天点了几笔；是否有链接把某笔订单展示给别人；以及如果你在这里工作，你处理过哪些订单。删除后，订单只作为不含个人的数字保留：你的编号会换成一个不属于任何人的编号。",
      ar: "طلباتك، 90 يومًا، وما جرى لها، 30 يومًا؛ وكم طلبًا مفتوحًا لديك وكم طلبت اليوم؛ وهل يعرض رابط أحدها على غيرك؛ والطلبات التي عملت عليها إن كنت تعمل هنا. بعد الحذف تبقى الطلبات أرقامًا بلا شخص: يحل محل معرّفك معرّف لا يملكه أحد.",
    },
    read: async (id) => {
      const all = await container("orders");
      const orders = await heldIn(all, `SELECT * FROM c WHERE ${theirs}`, { id });
      const ids = orders.map((order) => order.id);
      const events = await heldIn(
        all,
        "SELECT * FROM c WHERE c.kind = 'event' AND ARRAY_CONTAINS(@ids, c.event.correlationid)",
        { ids },
      );
      const links = await heldIn(all, "SELECT * FROM c WHERE ARRAY_CONTAINS(@ids, c.id)", { ids: ids.map(shareId) });
      const limits = await heldIn(all, "SELECT * FROM c WHERE c.id = @id", { id: customerDocumentId(id) });
      // Another person's order is their data: show only that this person worked on it.
      const others = `SELECT c.id, c.storeId, c.createdAt, c.customerId FROM c WHERE ${worked}`;
      const work = (await heldIn(all, others, { id })).filter((order) => order.customerId !== id);
      return {
        orders: orders.map((order) => shown(withoutStaff(order, id))),
        worked: work.map(({ id: order, storeId, createdAt }) => ({ id: order, storeId, createdAt })),
        happened: events.map((event) => shown(withoutStaff(event, id))),
        links: links.map(shown),
        limits: limits.map((limit) => shown(withActive(limit, orders))),
      };
    },
    open: async (id) => {
      const states = activeStates.map((state) => `'${state}'`).join(", ");
      const found = await heldIn(
        await container("orders"),
        `SELECT * FROM c WHERE ${theirs} AND c.state IN (${states})`,
        { id },
      );
      return found.map((order) => viewOf(order as unknown as Order));
    },
    forget: forgetIn,
  });
}

/** The ids of staff are kept only for the deletion of their data. Other people see no more than the journey shows. */
function withoutStaff(document: Held, id: string): Held {
  const { hands, by, last, keys, ...rest } = document as Held & Partial<Order> & { by?: { id?: string } };
  const own = <T extends { by?: string }>({ by: who, ...one }: T) => (who === id ? { ...one, by: who } : one);
  return {
    ...rest,
    ...(by && { by: by.id === id ? by : { ...by, id: undefined } }),
    ...(last && { last: own(last) }),
    ...(keys && { keys: keys.map(own) }),
    ...(hands?.includes(id) && { hands: [id] }),
  };
}

/** The customer's open orders, without served orders that are not yet removed from the document. */
function withActive(limit: Held, orders: readonly Held[]): Held {
  return { ...limit, ...withOnly(limit as unknown as Customer, orders as unknown as Order[]) };
}

/** @throws if other writes came first each time; then the event is delivered again */
async function forgetIn(storeId: string, id: string): Promise<void> {
  const all = await container("orders");
  await remove(all, storeId, customerDocumentId(id));
  for (let round = 0; round < rounds; round++) {
    const query = `SELECT * FROM c WHERE (${theirs}) OR (${worked})`;
    const orders = await heldIn(all, query, { id }, storeId);
    if (orders.length === 0) return;
    for (const order of orders) await forgetOne(storeId, id, order);
  }
  throw new Error(`Orders of ${storeId} that are to have somebody less change too often at once.`);
}

/** Writes the order last: as long as it names the person, a retry finds what belongs to it. */
async function forgetOne(storeId: string, id: string, order: Held): Promise<void> {
  const all = await container("orders");
  if (order.customerId === id) await remove(all, storeId, shareId(order.id));
  const query = "SELECT * FROM c WHERE c.kind = 'event' AND c.event.correlationid = @order";
  const documents = [...(await heldIn(all, query, { order: order.id }, storeId)), order];
  const names = new Set(documents.flatMap((document) => namesOf(document, id)));
  for (const document of documents) {
    const after = withoutPerson(document, id, nobodyOf(order.id), names);
    if (!(await writeWithout(all, storeId, document, after))) return;
  }
}
