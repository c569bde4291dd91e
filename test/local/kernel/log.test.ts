import { afterEach, expect, test, vi } from "vitest";
import { consoleLog } from "../../../local/kernel/log.ts";

afterEach(() => vi.restoreAllMocks());

function written(write: (log: ReturnType<typeof consoleLog>) => void): string {
  let text = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  write(consoleLog().named("functions"));
  return text;
}

test("an entry is one line, whatever a caller put into it", () => {
  const evil =
    "a\r\nerror: forged\u001b[2J\u0000\u007f\u0085\u009b31m\u2028x\u2029\u202egpj\u2066\u200b\ufeff\u00ad\u180e\u{e0041}\u{1d173}\ud800";
  const text = written((log) => log.warn(`No function has the route ${evil}`, { [evil]: evil }));
  expect(text.endsWith("\n")).toBe(true);
  expect(text.slice(0, -1)).toMatch(/^[\u0020-\u007e]*$/);
  expect(text).toContain("a\\r\\nerror: forged\\u001b[2J\\u0000\\u007f\\u0085\\u009b31m\\u2028x\\u2029\\u202egpj");
});

test("what people write stays readable", () => {
  expect(written((log) => log.info("Grüße, 咖啡 ☕ 👩‍🍳", { name: "José" }))).toBe(
    '[functions] Grüße, 咖啡 ☕ 👩\\u200d🍳 {"name":"José"}\n',
  );
});

test("a stack stands below its message, a line each, and cannot pass for another entry", () => {
  const stack = "Error: a\nerror: forged\u001b[2J\n    at work (file.ts:1:2)";
  expect(written((log) => log.error("It failed.", { stack, tries: 2 }))).toBe(
    'error: [functions] It failed. {"tries":2}\n    Error: a\n    error: forged\\u001b[2J\n    at work (file.ts:1:2)\n',
  );
});
