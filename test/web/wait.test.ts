import { expect, test } from "vitest";
import { waitText } from "../../web/lib/wait.ts";

test("a wait is a range, or what it is at most, or nothing", () => {
  expect(waitText({ from: 4, to: 7 })).toBe("about 4 to 7 min");
  expect(waitText({ from: 0, to: 3 })).toBe("up to 3 min");
  expect(waitText(undefined)).toBe("");
});
