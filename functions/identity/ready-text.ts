import type { InvocationContext } from "@azure/functions";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { orderId as orderIdSchema } from "../../contracts/common.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { takeReadyText } from "./limits.ts";
import { servedPhone } from "./phone.ts";
import { takeTextWish, wishText } from "./reach.ts";
import { filled, nameIn, reachWords, spoken } from "./reach-words.ts";
import { sendText } from "./send-text.ts";

const isOrderId = (id: string) => orderIdSchema.safeParse(id).success;

/**
 * Stores the caller's request for an SMS when this order is ready. Whether the order is theirs is not checked here: the event names its customer, and
 * only that customer's requests are looked up then.
 * @throws Refusal `texts-off` if the store sends no texts, `not-found`, `number-not-served`, `country-not-served`, `unknown-store`, `try-again`
 */
export async function wantText(storeId: string, orderId: string, who: Who, language: string): Promise<void> {
  const { store } = await catalogPage(storeId);
  if (!store.readyTexts) throw new Refusal("texts-off", "This store sends no messages about orders.");
  if (!isOrderId(orderId)) throw new Refusal("not-found", `There is no order "${orderId}".`);
  // A paired display has no phone number.
  if (who.phone === undefined) throw new Refusal("number-not-served", "This session has no phone number.");
  const phone = servedPhone(who.phone, undefined, settings().smsCountries);
  await wishText(who.customerId, { orderId, phone, language });
}

/**
 * Sends the SMS that the customer of a ready order has requested, if any. It is sent at most once, even if sending fails; nothing depends on it.
 * @throws transient errors, only before anything is sent
 */
export async function sendReadyText(
  { id, customerId, number }: OrderView,
  store: CatalogPage["store"],
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<void> {
  const wish = await takeTextWish(customerId, id);
  if (wish === undefined) return;
  // If the limit cannot be read, nothing was sent, so the request is stored again.
  const mayBeSent = await takeReadyText().catch(async (error) => {
    await wishText(customerId, wish);
    throw error;
  });
  if (!mayBeSent) {
    log.warn(
      `Order ${id}: no text is sent, for half of what CODES_PER_HOUR or CODES_PER_DAY allows is used. The rest is for who signs in.`,
    );
    return;
  }
  const language = spoken(wish.language);
  const message = filled(
    reachWords[language].text,
    { store: nameIn(store, language), number: String(number ?? "") },
    language,
  );
  const { sms } = settings();
  if (sms.channel === "console") log.warn(`SMS_CHANNEL is console, so this is not sent: ${message}`);
  else await sendText(sms.from, wish.phone, message, log);
}
