import { isDescribed } from "../../test/system/described.ts";
import type { Person } from "../../test/system/person.ts";
import type { Stand } from "../../test/system/stand.ts";
import { Api, type Known } from "./api.ts";
import type { Attacked } from "./attack.ts";
import { amiss, amissForApi } from "./judge.ts";
import type { Answered, Sent } from "./sent.ts";
import { services } from "./services.ts";

/** One person of each kind at a stand with orders in every state, and the values that requests can use. */
export async function known(stand: Stand): Promise<Known> {
  // Whoever has the key may break what they like; what the application needs is left to the tests of faults.
  await stand.azure.cosmos.declare("abuse", [{ id: "things", partitionKey: "/storeId" }]);
  const [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
  const people: Person[] = [];
  const orders: string[] = [];
  for (const steps of [[], ["submit"], ["submit", "claim"], ["submit", "claim", "ready"], ["submit", "cancel"]]) {
    const customer = await stand.person();
    people.push(customer);
    const id = await stand.scan(customer, display);
    orders.push(id);
    for (const step of steps) {
      const by = step === "submit" ? customer : barista;
      await by.command(
        id,
        step,
        step === "submit" ? { drinkId: "drink:espresso" } : step === "cancel" ? { note: "no milk" } : {},
      );
      await stand.settle();
    }
  }
  return {
    tokens: [admin, barista, display, ...people].map(({ token }) => token),
    names: {
      storeId: ["main", "main", "main", "other"],
      orderId: orders,
      documentId: ["store", "drink:espresso", "drink:latte"],
      drinkId: ["drink:espresso", "drink:latte"],
      code: ["BCDFGHJK", "BCDFGH"],
      browserId: ["a", "browser-1-of-a-customer"],
      deviceId: ["none"],
      sessionId: ["none"],
    },
  };
}

/** The API and every other server of the stand, each with its share of the requests. */
export function targets(stand: Stand, known: Known, shares: { api: number; services: number }): Attacked[] {
  const api = new Api();
  const origin = new URL(stand.azure.functions?.origin ?? "");
  const application: Attacked = { name: "api", origin, request: (draw) => api.request(draw, known), judge: judgeApi };
  const others = services(stand.azure).map((target) => ({
    ...target,
    judge: (sent: Sent, answered: Answered) => amiss(answered, sent),
  }));
  return [
    ...Array.from({ length: shares.api }, () => application),
    ...Array.from({ length: shares.services }, () => others).flat(),
  ];
}

/** Each response of the API matches its description, also for invalid requests. */
function judgeApi(sent: Sent, answered: Answered): string[] {
  const found = amissForApi(answered, sent);
  const { status, headers, body } = answered;
  const described = sent.raw === undefined && ["GET", "POST", "PUT", "DELETE"].includes(sent.method);
  if (!described || status === 404 || status === 405 || status === 0) return found;
  const problem = String(headers["content-type"] ?? "").startsWith("application/problem+json")
    ? JSON.parse(body)
    : undefined;
  if (status >= 400 && problem === undefined) return found;
  try {
    isDescribed(sent.method, new URL(sent.path, "http://x").pathname.replace(/\/$/, ""), status, problem?.code);
  } catch (error) {
    found.push((error as Error).message);
  }
  return found;
}
