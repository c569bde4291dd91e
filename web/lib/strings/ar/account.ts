import type { Translated } from "../../text.ts";
import type { account as english } from "../en/account.ts";

export const account: Translated<typeof english, "ar"> = {
  title: "الأجهزة والبيانات",
  devices: "أين سجّلت دخولك",
  data: "بياناتك",
  dataText: "رقمك، وأين سجّلت دخولك، وطلباتك. نزّلها في ملف، أو احذفها.",
  download: "تنزيل بياناتي",
  fetching: "لحظة…",
  file: "my-coffee-data.json",
  fileFailed: "تعذّر إنشاء الملف. حاول مرة أخرى.",
  delete: "حذف بياناتي",
  deleteTitle: "حذف بياناتك؟",
  deleteText:
    "يُسجَّل خروجك من كل الأجهزة، ويُنسى رقمك وطلباتك وقهواتك خلال دقائق. ما طُلب يبقى رقمًا في إحصاءات الكشك من دونك. يمكنك البدء من جديد بالرقم نفسه متى شئت.",
  deleteYes: "احذف كل شيء",
  deleteNo: "أبقِها",
  refused: {
    "orders-open": "ما زال هناك طلب قيد التنفيذ. ألغه أولًا، أو انتظر حتى يجهز.",
    "works-here": "صاحب هذا الرقم يعمل في كشك. يجب إزالته من قائمة العاملين أولًا.",
  },
  again: "تم ذلك خلال اليوم الأخير. حاول مرة أخرى بعد {time}.",

  worksElsewhere: "صاحب هذا الرقم يعمل في كشك آخر. يمكنه تنزيل بياناته بنفسه من تطبيق الزبائن.",
  customerTitle: "بيانات زبون",
  customerText: "فقط حين يطلب زبون ذلك، وتكون واثقًا أن الرقم رقمه.",
  phone: "رقم هاتف الزبون",
  phoneHint: "مع رمز الدولة، مثل ‎+966 50 123 4567، أو كما يُكتب في بلدك.",
  phoneMissing: "أدخل رقم الزبون.",
  phoneWrong: "هذا ليس رقم هاتف. تحقق منه، وابدأه بعلامة + ورمز الدولة.",
  none: "لم يسجّل أحد دخوله بهذا الرقم، أو أنه نُسي.",
  customerDownload: "تنزيل",
  customerDelete: "حذف",
  customerFile: "customer-data.json",
  customerDeleteTitle: "حذف بيانات {phone}؟",
  customerDeleteText:
    "يُسجَّل خروج الزبون من كل الأجهزة، ويُنسى رقمه وطلباته خلال دقائق. ما طلبه يبقى رقمًا في الإحصاءات. لا يمكن التراجع عن ذلك.",
  customerDeleted: "تم الحذف. خلال دقائق لن يبقى في أي مكان.",
};
