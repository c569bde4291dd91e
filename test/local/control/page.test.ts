import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTestStack } from "../../../local/testing/index.ts";

/** `GET /functions/*`, of `GET /functions/NAME?limit=N`. */
const route = (method: string, path: string) =>
  `${method} ${path.replace(/\?.*$/, "").replace(/\/[A-Z]+(?=\/|$)/g, "/*")}`;

test("docs/local-azure.md tells every request that the control API takes, and none that it does not", async () => {
  const stack = await startTestStack({ app: join(import.meta.dirname, "../testing/notes") });
  onTestFinished(() => stack.close());
  const answer = await fetch(`${stack.controlUrl}nowhere`);
  const { message } = (await answer.json()) as { message: string };
  const routes = message.replace(/^.*Try one of: /, "").match(/(GET|POST|PUT|DELETE) [^,.\s]+/g) ?? [];
  expect(routes.length).toBeGreaterThan(40);
  const page = readFileSync(join(import.meta.dirname, "../../../docs/local-azure.md"), "utf8");
  const told = [...page.matchAll(/^\| (`(?:GET|POST|PUT|DELETE) \/[^|]*`) +\|/gm)].flatMap(([, cell = ""]) => {
    let method = "";
    return [...cell.matchAll(/`(?:(GET|POST|PUT|DELETE) )?(\/[^`]*)`/g)].map(([, own, path = ""]) => {
      method = own ?? method;
      return route(method, path);
    });
  });
  // Of these a paragraph tells, for they are asked with what is wanted.
  const inWords = [...page.matchAll(/`GET (\/recording\/[^`]*)`/g)].map(([, path = ""]) => route("GET", path));
  expect([...new Set([...told, ...inWords])].sort()).toEqual([...new Set(routes)].sort());
});
