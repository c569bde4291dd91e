import { afterAll, expect, test, vi } from "vitest";

const asked: string[] = [];
vi.mock("../../../functions/platform/clients.ts", () => ({
  sms: async () => ({
    send: async ({ to: [phone = ""] }: { to: string[] }) => {
      asked.push(phone);
      if (phone.endsWith("0")) return [{ successful: true, httpStatusCode: 202 }];
      throw Object.assign(new Error("busy"), { statusCode: 429 });
    },
  }),
}));
const { sendText } = await import("../../../functions/identity/send-text.ts");

afterAll(() => vi.useRealTimers());

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
