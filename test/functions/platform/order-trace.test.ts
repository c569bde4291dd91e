import { expect, test } from "vitest";
import { inTrace, isAbout, traceNow, within } from "../../../functions/platform/order-trace.ts";

const traceOf = (digits: string) => digits.repeat(16);
const traceparent = (digits: string) => `00-${traceOf(digits)}-${"cd".repeat(8)}-01`;

test("what work about an order logs and throws tells the order's trace, once; all else stays as it is", async () => {
  expect(inTrace("nothing")).toBe("nothing");
  const thrown = within(traceparent("ab"), async () => {
    expect(inTrace("it failed")).toBe(`it failed [trace ${traceOf("ab")}]`);
    expect(inTrace(`{"trace":"${traceOf("ab")}"}`)).toBe(`{"trace":"${traceOf("ab")}"}`);
    throw Object.assign(new TypeError("no beans"), { code: 503 });
  });
  await expect(thrown).rejects.toMatchObject({ message: `no beans [trace ${traceOf("ab")}]`, code: 503 });
  await expect(thrown).rejects.toBeInstanceOf(TypeError);
  await expect(within(traceparent("ab"), () => thrown)).rejects.toThrow(/^no beans \[trace [0-9a-f]{32}\]$/);
  await expect(within(undefined, async () => inTrace("x"))).resolves.toBe("x");
  await expect(within("no traceparent", () => Promise.reject("words"))).rejects.toBe("words");
});

test("an error whose message cannot be written is told by another, which it is the cause of", async () => {
  const abort = new DOMException("This operation was aborted", "AbortError");
  const thrown = within(traceparent("ab"), () => Promise.reject(abort));
  await expect(thrown).rejects.toMatchObject({ message: expect.stringContaining(traceOf("ab")), cause: abort });
});

test("the trace may be known only later, and is that of no other work", async () => {
  const one = async (digits: string) => {
    await within(undefined, async () => {
      expect(traceNow()).toBeUndefined();
      await Promise.resolve();
      isAbout(traceparent(digits));
      isAbout(undefined);
      await new Promise(setImmediate);
      expect(traceNow()).toBe(traceOf(digits));
      await within(traceparent("ef"), async () => isAbout(traceparent("01")));
      expect(traceNow()).toBe(traceOf(digits));
    });
  };
  await Promise.all([one("ab"), one("12")]);
  isAbout(traceparent("ab"));
  expect(traceNow()).toBeUndefined();
});
