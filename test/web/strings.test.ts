import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { finalStates, orderStates } from "../../contracts/order-states.ts";
import { problemCodes } from "../../contracts/problem.ts";
import { barista } from "../../web/lib/strings/barista.ts";
import { common, errors } from "../../web/lib/strings/common.ts";
import { stores } from "../../web/lib/strings/stores.ts";

const web = fileURLToPath(new URL("../../web/", import.meta.url));
const categories = ["zero", "one", "two", "few", "many", "other"];

/** Every text of a tree with the path to it; a plural counts as one. */
function leaves(value: unknown, path: string): { path: string; forms: Record<string, unknown> }[] {
  if (typeof value === "string") return [{ path, forms: { other: value } }];
  if (typeof value !== "object" || value === null) return [{ path, forms: { other: value } }];
  const keys = Object.keys(value);
  if (keys.includes("other") && keys.every((key) => categories.includes(key))) return [{ path, forms: { ...value } }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

const files = readdirSync(`${web}lib/strings`);

test("there are texts of all four apps", () => {
  expect(files.sort()).toEqual([
    "admin.ts",
    "barista.ts",
    "common.ts",
    "customer.ts",
    "devices.ts",
    "display.ts",
    "staff.ts",
    "stores.ts",
    "story.ts",
  ]);
});

test.each(files)(
  "every text of %s is there, and the forms of a plural want no value that its main form does not have",
  async (file) => {
    const module: Record<string, unknown> = await import(`${web}lib/strings/${file}`);
    const all = leaves(module, file);
    expect(all.length).toBeGreaterThan(0);
    for (const { path, forms } of all) {
      const wanted = new Set([...String(forms.other).matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const [form, text] of Object.entries(forms)) {
        expect(typeof text, `${path} (${form}) is a text`).toBe("string");
        expect(String(text).trim(), `${path} (${form}) is not empty`).not.toBe("");
        for (const [, name] of String(text).matchAll(/\{(\w+)\}/g)) expect(wanted, `${path} (${form})`).toContain(name);
      }
    }
  },
);

test("every state and every problem code has words", () => {
  expect(Object.keys(common.states).sort()).toEqual([...orderStates].sort());
  expect(finalStates.every((state) => state in common.states)).toBe(true);
  const ofStaff = { ...barista.noRecall, ...stores.refused };
  expect(Object.keys(errors.byCode).sort()).toEqual(problemCodes.filter((code) => !(code in ofStaff)).sort());
});

test("no text of the customer's and the display's screens stands in a component", () => {
  for (const folder of ["lib", "lib/story", "customer", "display", "journey"])
    for (const file of readdirSync(`${web}${folder}`).filter((name) => name.endsWith(".svelte"))) {
      const source = readFileSync(`${web}${folder}/${file}`, "utf8");
      const template = source
        .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, "")
        .replace(/=>/g, "")
        .replace(/\{[^{}]*\}/g, "")
        .replace(/\{[^{}]*\}/g, "");
      const words = [...template.matchAll(/>([^<>]*)</g)]
        .map(([, text]) => text ?? "")
        .filter((text) => /\p{L}{2}/u.test(text));
      expect(words, `${folder}/${file}`).toEqual([]);
      expect(source, `${folder}/${file}: inline styles are forbidden by the Content-Security-Policy`).not.toMatch(
        /\sstyle="/,
      );
    }
});
