import { afterAll, expect, test, vi } from "vitest";

const asked: string[] = [];
const statuses = new Map([400, 404, 429, 500, 503].map((status) => [`+14255555${status}`, status]));
vi.mock("../../../functions/platform/clients.ts", () => ({
  sms: async () => ({
    send: async ({ to: [phone = ""] }: { to: string[] }) => {
      asked.push(phone);
      const status = statuses.get(phone);
      if (status !== undefined) return [{ successful: false, httpStatusCode: status }];
      if (phone === "+14255550999") return [];
      if (phone.endsWith("0")) return [{ successful: true, httpStatusCode: 202 }];
      throw Object.assign(new Error("busy"), { statusCode: 429 });
    },
  }),
}));
const { sendText } = await import("../../../functions/identity/send-text.ts");

afterAll(() => vi.useRealTimers());

test("a number is refused by what the service says of it, not by a service that is busy, broken or says nothing", async () => {
  const send = (phone: string) => sendText("Crema", phone, "Hello", { error: () => undefined });
  const results = await Promise.all([...statuses].map(async ([phone, status]) => [status, await send(phone)]));
  expect(Object.fromEntries(results)).toEqual({
    400: "refused",
    404: "refused",
    429: "failed",
    500: "failed",
    503: "failed",
  });
  expect(await send("+14255550999")).toBe("failed");
  asked.length = 0;
});

test("a service that fails is asked sixty times in a minute and no more; then it is asked again", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-06-15T08:16:00Z") });
  const told: string[] = [];
  const log = { error: (text: string) => void told.push(text) };
  const send = (phone: string) => sendText("Crema", phone, "Hello", log);
  for (let n = 0; n < 70; n++) expect(await send("+14255550101")).toBe("failed");
  expect(asked).toHaveLength(60);
  expect(told.filter((text) => text.includes("until the minute is over"))).toHaveLength(1);
  expect(await send("+14255550100")).toBe("failed");
  vi.setSystemTime(Date.parse("2026-06-15T08:17:00Z"));
  expect(await send("+14255550100")).toBe("sent");
  expect(await send("+14255550101")).toBe("failed");
  expect(asked).toHaveLength(62);
});
