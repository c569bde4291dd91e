import type { Translated } from "../../text.ts";
import type { staff as english } from "../en/staff.ts";

export const staff: Translated<typeof english, "ar"> = {
  pause: "استراحة…",
  paused: "استراحة {time}",
  endPause: "إنهاء الاستراحة",
  pauseTitle: "إيقاف الدخول لبعض الوقت؟",
  pauseText: "تستمر الطلبات الموجودة. تعرض الهواتف والشاشات عدًّا تنازليًا، وتنتهي الاستراحة من تلقاء نفسها.",
  pauseReason: "السبب، ويراه الزبائن",
  pauseReasonHint: "يمكن تركه فارغًا.",
  pauseFor: {
    zero: "الآن",
    one: "دقيقة واحدة",
    two: "دقيقتان",
    few: "{n} دقائق",
    many: "{n} دقيقة",
    other: "{n} دقيقة",
  },
  keepOpen: "إبقاؤه مفتوحًا",
  closesAt: "يغلق {when}",
  opensAt: "يفتح {when}",
  onTheMenu: "في القائمة",
  isSoldOut: "نفد",
  notAllowed: "هذه الشاشة لفريق العمل",
  notAllowedHint:
    "سجّلت الدخول بالرقم {phone}، وهذا الرقم غير مسجل هنا. استخدم رقمًا آخر، أو اطلب ممن يدير الكشك أن يضيفك.",
  noLonger: "لم تعد تعمل هنا",
  noLongerHint: "أُزيل الرقم {phone} من قائمة الفريق. ما زال بإمكانك الطلب كزبون. إن كان ذلك خطأً فاسأل من يدير الكشك.",
  roleChanged: "لم تعد هذه الشاشة متاحة لك",
  roleChangedHint: "تغيّر دور {phone} في هذا الكشك. إن كان ذلك خطأً فاسأل من يدير الكشك.",
};
