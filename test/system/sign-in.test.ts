import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Api, codeOf } from "../../web/lib/api.ts";
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

/** A phone whose every request gets an answer or is sent three times. */
const aPhone = () =>
  new Api({
    base: stand.api,
    store: stand.storeId,
    app: "customer",
    token: () => undefined,
    wait: async () => undefined,
  });

const messagesTo = (phone: string) => stand.azure.sms.messages(phone).map(({ message }) => message);
const codeIn = (message = "") => /\b\d{6}\b/.exec(message)?.[0] ?? "";

const unanswered = (name: string, times: number) =>
  stand.azure.faults.add({ service: "functions", operation: "http", harm: "lose-answer", name, times });

test("where the answers of both requests are lost, twice each, it is one message and one session", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  unanswered("POST *challenges", 2);
  const { challenge } = await api.challenge(phone);
  expect(messagesTo(phone)).toHaveLength(1);
  unanswered("POST *sessions", 2);
  const { token } = await api.session(challenge, codeIn(messagesTo(phone)[0]));
  const somebody = Person.bearing(stand.api, stand.storeId, token);
  const { sessions } = await somebody.me<{ sessions: unknown[] }>("/sessions");
  expect(sessions).toHaveLength(1);
  expect(stand.azure.faults.list()).toEqual([]);
});

test("whoever signed out meanwhile is not signed in again by the same code", async () => {
  const [phone, api] = [customerPhone(guests++), aPhone()];
  const { challenge } = await api.challenge(phone);
  const code = codeIn(messagesTo(phone)[0]);
  const { token } = await api.session(challenge, code);
  await Person.bearing(stand.api, stand.storeId, token).signOut();
  expect(codeOf(await api.session(challenge, code).catch((error: unknown) => error))).toBe("challenge-over");
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
    const [newest] = messagesTo(phone);
    stand.azure.faults.add({ ...lost, times: 1 });
    const { token } = await api.session(challenge, codeIn(newest));
    await Person.bearing(stand.api, stand.storeId, token).me();
  },
);
