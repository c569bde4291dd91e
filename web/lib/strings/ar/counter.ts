import type { Translated } from "../../text.ts";
import type { counter as english, labels as englishLabels } from "../en/counter.ts";

export const counter: Translated<typeof english, "ar"> = {
  take: "عند المنضدة…",
  title: "عند المنضدة",
  text: "لمن لا هاتف معه.",
  chooseDrink: "اختر مشروبًا.",
  chooseFirst: "اختر أولًا: {groups}",
  changeDrink: "مشروب آخر",
  name: "اسم للكوب",
  nameHint: "يمكن تركه فارغًا. يراه العاملون حتى نهاية اليوم.",
  order: "أخذ الطلب",
  taking: "جارٍ أخذه…",
  taken: "قل هذا الرقم",
  takenNamed: "لـ {name}",
  earlier: "وصلت محاولة سابقة: هذا ما طُلب حينها. ألغِه إن كان خطأ.",
  arriving: "يأتي رقمه بعد لحظة.",
  spoken: "الرقم {number}: {drink}",
  next: "الطلب التالي",
  closed: "الكشك مغلق. افتحه لتأخذ الطلبات هنا.",
  paused: "الكشك في استراحة: لا يدخل أحد جديد، ولا هنا.",
  shut: "لا يدخل أحد بالهاتف الآن. أنت تقرر من تخدمه بعد.",
  full: "كل أماكن الطابور محجوزة. أنهِ طلبًا أولًا.",
  beyond: "كل أماكن الطابور محجوزة. ما تأخذه هنا يزيد عليها.",
  no: {
    "store-closed": "الكشك مغلق. افتحه لتأخذ الطلبات هنا.",
    "store-paused": "الكشك في استراحة: لا يدخل أحد جديد، ولا هنا.",
    "queue-full": "كل أماكن الطابور محجوزة. أنهِ طلبًا أولًا.",
    "drink-unavailable": "نفد هذا للتو. اختر مشروبًا آخر من فضلك.",
    "choice-unavailable": "نفد شيء منه للتو. اختر مرة أخرى من فضلك.",
    "bad-option": "تغيّرت القائمة للتو. انظر إلى الخيارات مرة أخرى من فضلك.",
  },

  placed: "المنضدة",
  noPhone: "لا هاتف: نادِ {number} بصوت عالٍ.",
  noPhoneFor: "لا هاتف: نادِ {number}، {name}، بصوت عالٍ.",
  cancelText: "لا هاتف يُبلّغ: أبلغ صاحبه بنفسك.",
  giveUpText: "ينتهي الطلب عندها ولا يمكن استرجاعه.",
};

export const labels: Translated<typeof englishLabels, "ar"> = {
  print: "طباعة",
  printLabel: "طباعة الملصق",
  printFor: "طباعة الملصق: {number}",
  title: "ملصقات الأكواب",
  open: "الملصقات…",
  text: "ملصق لكل كوب، بطباعة المتصفح نفسه. اختر الطابعة مرة واحدة في نافذته، من دون هوامش.",
  onMake: "الطباعة تلقائيًا مع «تحضير»",
  onMakeText:
    "يسأل المتصفح كل مرة، إلا إذا شُغّل كجهاز عرض: يطبع Chrome وEdge فورًا إذا شُغّلا مع \u2066--kiosk-printing\u2069.",
  paper: "الورق",
  papers: {
    "62": "لفافة 62 مم",
    "58": "لفافة 58 مم",
    a4: "A4 للتجربة",
  },
  test: "طباعة ملصق تجريبي",
  testDrink: "Flat White",
  testOption: "شوفان",
  testName: "تجربة",
};
