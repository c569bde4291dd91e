import { expect, test } from "vitest";
import { programFile, whyNotRun } from "../../../local/kernel/program-file.ts";

const source = new URL("file:///crema/local/testing/stack-process.ts");
const built = new URL("file:///app/node_modules/local-azure/dist/testing/stack-process.js");

test("a program's file has the extension of the file that names it, and this Node runs it", () => {
  const file = programFile("./stack-process", import.meta.url);
  expect(file.pathname).toMatch(/stack-process\.ts$/);
  expect(whyNotRun(file)).toBeUndefined();
});

test("sources on a Node that cannot run them are refused with both ways out, and what is built runs", () => {
  const older = { version: "20.20.2", typescript: false };
  expect(whyNotRun(source, older)).toMatch(/^Node 20\.20\.2 cannot run the sources.* 22\.18 or later.*npm pack/);
  expect(whyNotRun(built, older)).toBeUndefined();
});
