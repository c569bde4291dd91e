import type { Translated } from "../../text.ts";
import type { tell as english } from "../en/tell.ts";

/** Texts about the notification for a ready order. */
export const tell: Translated<typeof english, "ar"> = {
  title: "أخبرني عندما يجهز",
  text: "ثم ضع هاتفك جانبًا: سينبّهك بنفسه.",
  no: "لا، شكرًا",
  asking: "لحظة…",
  on: "سنخبرك عندما يجهز",
  onText: "يمكنك أن تضع هاتفك جانبًا.",
  switch: "أخبرني عندما يجهز طلب",
  denied: "إشعارات هذه الصفحة محظورة. يمكنك السماح بها في إعدادات متصفحك؛ وهذه الصفحة تخبرك في كل حال.",
  install:
    "ليخبرك هذا الجهاز، أضف Crema إلى الشاشة الرئيسية: المس «مشاركة»، ثم «إضافة إلى الشاشة الرئيسية»، وافتحها من هناك.",
  failed: "لم يتمكن متصفحك من إعداد ذلك الآن. هذه الصفحة تخبرك في كل حال.",
  textMe: "أرسل لي رسالة نصية عندما يجهز",
  textOn: "سنرسل لك رسالة نصية عندما يجهز",
  textTo: "إلى الرقم الذي سجّلت الدخول به.",
};
