import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { customerDocumentId } from "../../functions/identity/customers.ts";
import { Api, codeOf, NetworkError } from "../../web/lib/api.ts";
import { Person } from "./person.ts";
import { customerPhone, Stand } from "./stand.ts";

/** Who signs in where the network is bad, with the requests of the real screens. */
let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-11-28T09:00:00Z") });
});
afterEach(() => stand.azure.faults.clear());
afterAll(() => stand.close());

let guests = 300;

/** A phone whose every request gets an answer or is sent three times; it waits for an answer as long as it takes. */
const aPhone = () =>
  new Api({
    timeout: 120_000,
    base: stand.api,
    store: stand.storeId,
    app: "customer",
    token: () => undefined,
    wait: async () => undefined,
  });

const messagesTo = (phone: string) => stand.azure.sms.messages(phone);
const newestTo = (phone: string) => stand.codesTo(phone)[0] ?? "";

const unanswered = (name: string, times: number) =>
  stand.azure.faults.add({ service: "functions", operation: "http", harm: "lose-answer", name, times });

test("where the answers of both requests are lost, twice each, it is one message and one session", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  unanswered("POST *challenges", 2);
  const { challenge } = await api.challenge(phone);
  expect(messagesTo(phone)).toHaveLength(1);
  unanswered("POST *sessions", 2);
  const { token } = await api.session(challenge, newestTo(phone));
  const somebody = Person.bearing(stand.api, stand.storeId, token);
  const { sessions } = await somebody.me<{ sessions: unknown[] }>("/sessions");
  expect(sessions).toHaveLength(1);
  expect(stand.azure.faults.list()).toEqual([]);
});

test("whoever signed out meanwhile is not signed in again by the same code", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  const { challenge } = await api.challenge(phone);
  const code = newestTo(phone);
  const { token } = await api.session(challenge, code);
  await Person.bearing(stand.api, stand.storeId, token).signOut();
  expect(codeOf(await api.session(challenge, code).catch((error: unknown) => error))).toBe("challenge-over");
});

test("whoever got no answer at all presses again, and has the message that came", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  unanswered("POST *challenges", 3);
  await expect(api.challenge(phone)).rejects.toBeInstanceOf(NetworkError);
  const { challenge } = await api.challenge(phone);
  expect(messagesTo(phone)).toHaveLength(1);
  unanswered("POST *sessions", 6);
  const code = newestTo(phone);
  for (let press = 0; press < 2; press++)
    await expect(api.session(challenge, code)).rejects.toBeInstanceOf(NetworkError);
  expect(await api.session(challenge, code)).toHaveProperty("token");
});

test("of a message that could not be sent it is said so, where the answer that says it is lost", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  stand.azure.faults.add({ service: "sms", harm: "refuse", status: 400, times: 1 });
  unanswered("POST *challenges", 1);
  expect(codeOf(await api.challenge(phone).catch((error: unknown) => error))).toBe("try-again");
  await stand.advance("31 s");
  await api.challenge(phone);
  expect(messagesTo(phone)).toHaveLength(1);
});

test("where the application ends between what it keeps and the message, the same press has it sent half a minute later", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  stand.azure.faults.add({ service: "sms", harm: "kill", times: 1 });
  await expect(api.challenge(phone)).rejects.toThrow();
  expect(messagesTo(phone)).toEqual([]);
  await stand.advance("31 s");
  await api.challenge(phone);
  expect(messagesTo(phone)).toHaveLength(1);
});

test("a first request that comes last makes nobody anew who was forgotten", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  const { challenge } = await api.challenge(phone);
  const code = newestTo(phone);
  stand.azure.faults.add({
    service: "cosmos",
    operation: "patch",
    name: "crema/identity",
    harm: "delay",
    milliseconds: 60_000,
    times: 1,
  });
  const late = api.session(challenge, code).catch((error: unknown) => error);
  await expect.poll(() => stand.azure.faults.list()).toEqual([]);
  const { token } = await api.session(challenge, code);
  await Person.bearing(stand.api, stand.storeId, token).me("", "DELETE");
  stand.azure.faults.clear();
  expect(codeOf(await late)).toBe("challenge-over");
  const { manage } = stand.azure.cosmos;
  const text = "SELECT VALUE c.id FROM c WHERE c.kind = 'customer'";
  expect(manage.query("crema", "identity", { text, max: 1_000 }).rows).not.toContain(customerDocumentId(phone));
});

test.each(["create", "patch", "read"])(
  "a %s of it that was done and not answered leaves nobody outside",
  async (operation) => {
    const [phone, api] = [customerPhone(guests++), aPhone()];
    const lost = { service: "cosmos", operation, name: "crema/identity", harm: "lose-answer" } as const;
    stand.azure.faults.add({ ...lost, times: 1 });
    const pressed = () => api.challenge(phone).catch((error: unknown) => error);
    let reply = await pressed();
    // What could not be sent is said, and can be asked for after the pause that there is for each number.
    for (let press = 0; press < 3 && reply instanceof Error; press++) {
      await stand.advance("31 s");
      reply = await pressed();
    }
    const { challenge } = reply as { challenge: string };
    const newest = newestTo(phone);
    stand.azure.faults.add({ ...lost, times: 1 });
    const { token } = await api.session(challenge, newest);
    await Person.bearing(stand.api, stand.storeId, token).me();
  },
);
