import { nobodyOf } from "../../contracts/nobody.ts";
import { container } from "../platform/clients.ts";
import { holdsPersonalData } from "../platform/personal-data.ts";
import { type Held, heldIn, shown, withoutPerson, writeWithout } from "../platform/without-person.ts";
import { remove } from "../platform/writes.ts";

const scans = "SELECT * FROM c WHERE c.kind = 'scan' AND ENDSWITH(c.id, @id)";
const told =
  "SELECT * FROM c WHERE c.kind = 'event' AND c.event.type = 'crema.code.scanned.v1' AND c.event.data.customerId = @id";

/** Registers the personal data in scans: how it is shown, and how it is deleted. */
export function holdsScans(): void {
  holdsPersonalData({
    part: "scans",
    about: {
      en: "Which codes you scanned, six hours, and that a scan began an order, 30 days. Deleted, the scan stays as a figure without a person.",
      de: "Welche Codes du gescannt hast, sechs Stunden, und dass ein Scan eine Bestellung begann, 30 Tage. Gelöscht bleibt der Scan als Zahl ohne Person.",
      es: "Qué códigos has escaneado, seis horas, y que un escaneo inició un pedido, 30 días. Una vez borrado, el escaneo queda como cifra sin persona.",
      "zh-Hans":
        "你扫过哪些码，保留六小时；某次扫码开始了一笔订单，保留 30 天。删除后，这次扫码只作为不含个人的数字保留。",
      ar: "الرموز التي مسحتها، ست ساعات، وأن مسحًا بدأ طلبًا، 30 يومًا. بعد الحذف يبقى المسح رقمًا بلا شخص.",
    },
    read: async (id) => {
      const codes = await container("codes");
      const [own, events] = await Promise.all([heldIn(codes, scans, { id: `:${id}` }), heldIn(codes, told, { id })]);
      return { scans: own.map(shown), happened: events.map(shown) };
    },
    forget: async (storeId, id) => {
      const codes = await container("codes");
      for (const scan of await heldIn(codes, scans, { id: `:${id}` }, storeId)) await remove(codes, storeId, scan.id);
      for (const event of await heldIn(codes, told, { id }, storeId)) {
        const after = withoutPerson(event, id, nobodyOf(orderIn(event)), new Set());
        // No other process writes this document.
        await writeWithout(codes, storeId, event, after);
      }
    },
  });
}

function orderIn({ event }: Held): string {
  return (event as { data: { orderId: string } }).data.orderId;
}
