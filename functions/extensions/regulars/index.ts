import { type CremaEvent, storeOf } from "../../../contracts/events.ts";
import { isNobody } from "../../../contracts/nobody.ts";
import { Extension } from "../../platform/extension.ts";
import { type Coffees, documentId, withOrder } from "./coffees.ts";
import declaration from "./extension.json" with { type: "json" };
import { toBar, toCustomer } from "./words.ts";

/** How long after the coffee was ready the notices are shown, in ms: to the bar while the cup is there, to the customer while they drink it. */
const toldFor = { bar: 15 * 60_000, customer: 60 * 60_000 };

const regulars = new Extension(declaration);

regulars.onEvents({
  "crema.order.ready.v1": async (event) => {
    const { id: orderId, customerId, counter } = event.data.order;
    // Orders taken at the counter, and those of deleted customers, have no known customer.
    if (counter || isNobody(customerId)) return;
    // An order counts once, even if it was recalled and is ready again.
    const where = { id: documentId(customerId), once: `ready:${orderId}` };
    const every = Number(regulars.setting("REGULARS_EVERY"));
    const coffees = await regulars.changeOnce<Coffees>(event, where, (before) => withOrder(before, orderId, every));
    const round = coffees?.round;
    // A replayed event is counted, if it was not yet, but publishes no notice.
    if (round?.orderId === orderId && event.replay === undefined) await congratulate(event, round.coffee);
  },
  "crema.customer.deleted.v1": async (event) => {
    const own = await regulars.container();
    await own
      .item(documentId(event.data.customerId), storeOf(event.subject))
      .delete()
      .catch((error: { code?: unknown }) => {
        // The customer had no coffee here, or the document was already deleted.
        if (error.code !== 404) throw error;
      });
  },
});

regulars.holdsPersonalData({
  about: {
    en: "How many coffees you have had at each store, to thank you for every tenth; 400 days after the last. It is deleted.",
    de: "Wie viele Kaffees du an jedem Stand hattest, um dir für jeden zehnten zu danken; bis 400 Tage nach dem letzten. Es wird gelöscht.",
    es: "Cuántos cafés has tomado en cada puesto, para darte las gracias por cada décimo; hasta 400 días después del último. Se borra.",
    "zh-Hans": "你在每家店喝了多少杯咖啡，以便在每第十杯时感谢你；最后一杯后保留 400 天。会被删除。",
    ar: "عدد القهوات التي شربتها في كل كشك، لنشكرك على كل عاشرة؛ حتى 400 يوم بعد الأخيرة. يُحذف.",
  },
  read: async (customerId) => {
    const query = "SELECT c.storeId, c.count, c.round FROM c WHERE c.id = @id";
    const parameters = [{ name: "@id", value: documentId(customerId) }];
    return (await (await regulars.container()).items.query({ query, parameters }).fetchAll()).resources;
  },
});

/** Publishes the notices. A repeated event makes the same notices; a late one makes none, since their end has passed. */
async function congratulate(event: CremaEvent<"crema.order.ready.v1">, coffee: number): Promise<void> {
  const { id, storeId, customerId, number, readyAt = event.time } = event.data.order;
  const until = (ms: number) => new Date(Date.parse(readyAt) + ms).toISOString();
  await regulars.notices.publish(
    storeId,
    `customer-${id}`,
    { audience: { customer: customerId }, icon: "gift", text: toCustomer(coffee), until: until(toldFor.customer) },
    event,
  );
  if (number === undefined) return;
  await regulars.notices.publish(
    storeId,
    `bar-${id}`,
    { audience: "bar", icon: "gift", text: toBar(coffee, number), until: until(toldFor.bar) },
    event,
  );
}
