import type { Notice } from "../../../contracts/notice.ts";

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
/** 10th, 21st, 102nd. */
const ordinal = (n: number) => `${n}${endings[ordinals.select(n)] ?? "th"}`;

/** The notice for the customer. Pure. @param coffee the number of the coffee */
export function toCustomer(coffee: number): Notice["text"] {
  return {
    en: `This is your ${ordinal(coffee)} coffee here. Thank you for coming back!`,
    de: `Das ist dein ${coffee}. Kaffee bei uns. Schön, dass du wiederkommst!`,
    es: `Este es tu café número ${coffee} con nosotros. ¡Gracias por volver!`,
    "zh-Hans": `这是您在本店的第 ${coffee} 杯咖啡，感谢您一再光临！`,
    ar: `هذه قهوتك رقم ${coffee} عندنا. شكرًا لعودتك إلينا!`,
  };
}

/** The notice for the bar, so that somebody can say a kind word. Pure. @param order the order number on the cup */
export function toBar(coffee: number, order: number): Notice["text"] {
  return {
    en: `Order ${order} is a regular’s ${ordinal(coffee)} coffee. Say something nice!`,
    de: `Bestellung ${order} ist für einen Stammgast der ${coffee}. Kaffee. Sag etwas Nettes!`,
    es: `El pedido ${order} es el café número ${coffee} de un cliente habitual. ¡Dile algo amable!`,
    "zh-Hans": `${order} 号订单是一位常客的第 ${coffee} 杯咖啡，请送上一句问候！`,
    ar: `الطلب ${order} هو القهوة رقم ${coffee} لزبون دائم. قل له كلمة طيبة!`,
  };
}
