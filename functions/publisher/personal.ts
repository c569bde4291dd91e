import { container } from "../platform/clients.ts";
import { audienceName } from "../platform/notices.ts";
import { holdsPersonalData } from "../platform/personal-data.ts";
import { heldIn, remove, shown } from "../platform/without-person.ts";

const said = "SELECT * FROM c WHERE c.kind = 'notice' AND c.hears = @hears";

/** Has people shown what was said to them alone, and that deleted. */
export function holdsNotices(): void {
  holdsPersonalData({
    part: "notices",
    about: "What the stand said to you alone on your screen, until an hour after it was over. It is deleted.",
    read: async (customer) => {
      const hears = audienceName({ customer });
      return (await heldIn(await container("catalog"), said, { hears })).map(shown);
    },
    forget: async (storeId, customer) => {
      const catalog = await container("catalog");
      const found = await heldIn(catalog, said, { hears: audienceName({ customer }) }, storeId);
      for (const { id } of found) await remove(catalog, storeId, id);
    },
  });
}
