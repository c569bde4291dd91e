import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Language, languages } from "../../contracts/languages.ts";
import { finalStates, orderStates } from "../../contracts/order-states.ts";
import { problemCodes } from "../../contracts/problem.ts";
import { pseudo } from "../../web/lib/pseudo.ts";
import { account } from "../../web/lib/strings/en/account.ts";
import { barista } from "../../web/lib/strings/en/barista.ts";
import { common, errors } from "../../web/lib/strings/en/common.ts";
import { pair } from "../../web/lib/strings/en/devices.ts";
import { stores } from "../../web/lib/strings/en/stores.ts";
import type { Translated } from "../../web/lib/text.ts";

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

const strings = `${web}lib/strings`;
const parts = readdirSync(`${strings}/en`).map((file) => file.replace(".ts", ""));
const told = Object.keys(languages) as Language[];

const textsOf = async (language: string, part: string) => {
  const module: Record<string, unknown> = await import(`${strings}/${language}/${part}.ts`);
  return leaves({ ...module }, part).sort((a, b) => (a.path < b.path ? -1 : 1));
};
const wantedBy = (text: unknown) => [...String(text).matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** The forms that a language has for the numbers that can come. */
function formsOf(language: string, type: Intl.PluralRuleType): string[] {
  const rules = new Intl.PluralRules(language, { type });
  return [...new Set(Array.from({ length: 10_000 }, (_, n) => rules.select(n)))].sort();
}

test("each language has a folder, with a file for each part of the screens", () => {
  const files = parts.map((part) => `${part}.ts`);
  const folders = readdirSync(strings, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...told].sort());
  expect(
    readdirSync(strings)
      .filter((name) => name.endsWith(".ts"))
      .sort(),
  ).toEqual(files);
  for (const language of told) expect(readdirSync(`${strings}/${language}`).sort(), language).toEqual(files);
});

test.each(told.flatMap((language) => parts.map((part) => [language, part] as const)))(
  "%s says all of %s, with the values that English has and the forms of plurals that it needs",
  async (language, part) => {
    const all = await textsOf(language, part);
    const english = await textsOf("en", part);
    expect(all.map(({ path }) => path)).toEqual(english.map(({ path }) => path));
    for (const [index, { path, forms }] of all.entries()) {
      const model = english[index]?.forms ?? {};
      const wanted = new Set(wantedBy(model.other));
      expect(new Set(wantedBy(forms.other)), `${path} (other)`).toEqual(wanted);
      for (const [form, text] of Object.entries(forms)) {
        expect(typeof text, `${path} (${form}) is a text`).toBe("string");
        expect(String(text).trim(), `${path} (${form}) is not empty`).not.toBe("");
        // "An order" needs no number; all else stays.
        const has = new Set([...wantedBy(text), ...(form === "other" ? [] : ["n"].filter((name) => wanted.has(name)))]);
        expect(has, `${path} (${form})`).toEqual(wanted);
      }
      if ("one" in model)
        expect(Object.keys(forms).sort(), path).toEqual(formsOf(language, "two" in model ? "ordinal" : "cardinal"));
    }
  },
);

test("a text that is missing in a translation does not compile, nor does one that is too many, or a form of a plural that is not the language's", () => {
  const english = { a: "A", n: { one: "{n}", other: "{n}" }, inner: { b: "B" } };
  const de: Translated<typeof english, "de"> = { a: "A", n: { one: "{n}", other: "{n}" }, inner: { b: "B" } };
  // @ts-expect-error `b` is missing.
  const missing: Translated<typeof english, "de"> = { ...de, inner: {} };
  // @ts-expect-error `c` is too many.
  const surplus: Translated<typeof english, "de"> = { ...de, inner: { b: "B", c: "C" } };
  // @ts-expect-error German has the form `one`.
  const form: Translated<typeof english, "de"> = { ...de, n: { other: "{n}" } };
  expect([missing, surplus, form]).toHaveLength(3);
});

test("the pseudo-language is English by rule: longer, in brackets, its values whole", async () => {
  for (const part of parts) {
    const english = await textsOf("en", part);
    const made = leaves(pseudo({ ...(await import(`${strings}/en/${part}.ts`)) }), part).sort((a, b) =>
      a.path < b.path ? -1 : 1,
    );
    expect(made.map(({ path }) => path)).toEqual(english.map(({ path }) => path));
    for (const [index, { path, forms }] of made.entries())
      for (const [form, text] of Object.entries(forms)) {
        const plain = String(english[index]?.forms[form]);
        expect(String(text), path).toMatch(/^\[.*\]$/);
        expect(wantedBy(text), path).toEqual(wantedBy(plain));
        expect(String(text).length, path).toBeGreaterThan(plain.length);
      }
  }
});

test("every state and every problem code has words", () => {
  expect(Object.keys(common.states).sort()).toEqual([...orderStates].sort());
  expect(finalStates.every((state) => state in common.states)).toBe(true);
  const ofStaff = { ...barista.noRecall, ...stores.refused, ...pair.refused, ...account.refused };
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
