import { container } from "../platform/clients.ts";
import { holdsPersonalData } from "../platform/personal-data.ts";
import { type Held, heldIn, remove, shown, withoutPerson, writeWithout } from "../platform/without-person.ts";

const scans = "SELECT * FROM c WHERE c.kind = 'scan' AND ENDSWITH(c.id, @id)";
const told =
  "SELECT * FROM c WHERE c.kind = 'event' AND c.event.type = 'crema.code.scanned.v1' AND c.event.data.customerId = @id";

/** Has people shown their scans, and taken out of them. */
export function holdsScans(): void {
  holdsPersonalData({
    part: "scans",
    about:
      "Which codes you scanned, six hours, and that a scan began an order, 30 days. Deleted, the scan stays as a figure without a person.",
    read: async (id) => {
      const codes = await container("codes");
      const [own, events] = await Promise.all([heldIn(codes, scans, { id: `:${id}` }), heldIn(codes, told, { id })]);
      return { scans: own.map(shown), happened: events.map(shown) };
    },
    forget: async (storeId, id) => {
      const codes = await container("codes");
      for (const scan of await heldIn(codes, scans, { id: `:${id}` }, storeId)) await remove(codes, storeId, scan.id);
      for (const event of await heldIn(codes, told, { id }, storeId)) {
        const after = withoutPerson(event, id, `deleted-${orderIn(event)}`, new Set());
        // Nobody else writes it.
        await writeWithout(codes, storeId, event, after);
      }
    },
  });
}

function orderIn({ event }: Held): string {
  return (event as { data: { orderId: string } }).data.orderId;
}
