import { container } from "../platform/clients.ts";
import { audienceName } from "../platform/notices.ts";
import { holdsPersonalData } from "../platform/personal-data.ts";
import { heldIn, shown } from "../platform/without-person.ts";
import { remove } from "../platform/writes.ts";

const said = "SELECT * FROM c WHERE c.kind = 'notice' AND c.hears = @hears";

/** Registers notices to a single customer as personal data. */
export function holdsNotices(): void {
  holdsPersonalData({
    part: "notices",
    about: {
      en: "What the stand said to you alone on your screen, until an hour after it was over. It is deleted.",
      de: "Was der Stand dir allein auf deinem Bildschirm gesagt hat, bis eine Stunde, nachdem es vorbei war. Es wird gelöscht.",
      es: "Lo que el puesto te dijo solo a ti en tu pantalla, hasta una hora después de que terminara. Se borra.",
      "zh-Hans": "本店只在你的屏幕上对你说的话，结束后保留一小时。会被删除。",
      ar: "ما قاله الكشك لك وحدك على شاشتك، حتى ساعة بعد انتهائه. يُحذف.",
    },
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
