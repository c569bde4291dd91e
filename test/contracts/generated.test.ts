import { expect, test } from "vitest";
import { problemCodes } from "../../contracts/problem.ts";
import { problemsOf } from "../../tools/contracts/problems.ts";
import { operations } from "../../tools/contracts/routes.ts";
import { committed, generate } from "../../tools/generate-contracts.ts";
import { registeredFunctions, triggerOf } from "../infra/application.ts";

test("the committed schemas are those that the contracts generate (else run: npm run generate)", async () => {
  const [now, then] = [generate(), await committed()];
  expect([...then.keys()].sort()).toEqual([...now.keys()].sort());
  for (const [path, text] of now) expect(then.get(path), path).toBe(text);
});

test("no event has a place for a phone number, a token or a live code", () => {
  for (const [path, text] of generate()) {
    if (!path.startsWith("events/")) continue;
    const names = [...text.matchAll(/"(\w+)": \{/g)].map(([, name]) => name);
    for (const secret of ["phone", "token", "code", "challenge"]) expect(names, path).not.toContain(secret);
  }
});

test("what refers to a schema refers to one that is there", () => {
  for (const path of ["openapi.json", "asyncapi.json"]) {
    const text = generate().get(path) ?? "";
    const document: unknown = JSON.parse(text);
    for (const [, pointer = ""] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      let at = document;
      for (const step of pointer.split("/")) at = (at as Record<string, unknown> | undefined)?.[step];
      expect(at, `${path} ${pointer}`).toBeDefined();
    }
  }
});

test("the description of the API lists the addresses that the application registers, and no other", async () => {
  const registered = (await registeredFunctions()).flatMap((each) => {
    const { type, methods, route } = triggerOf(each);
    return type === "httpTrigger" ? (methods as string[]).map((method) => `${method.toLowerCase()} /${route}`) : [];
  });
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(registered.sort());
});

test("every code of a problem is one that some operation may be refused with", () => {
  const told = new Set(operations.flatMap(problemsOf));
  expect(problemCodes.filter((code) => !told.has(code))).toEqual([]);
});
