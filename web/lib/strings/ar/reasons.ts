import type { Translated } from "../../text.ts";
import type { reasons as english } from "../en/reasons.ts";

export const reasons: Translated<typeof english, "ar"> = {
  cancel: {
    "out-of-stock": "نفد شيء مما يلزمه",
    "machine-down": "الآلة معطلة",
    closing: "نحن نغلق",
    mistake: "طُلب بالخطأ",
    "made-twice": "حُضّر مرتين",
  },
  pause: {
    busy: "نلحق بالطلبات",
    machine: "ننظف الآلة",
    supplies: "نجلب مستلزمات",
    break: "استراحة قصيرة",
  },
};
