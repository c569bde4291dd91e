import { expect, test } from "vitest";
import { compileConstraint } from "../../../local/functions/http/route-constraints.ts";
import { reviewRoutes } from "../../../local/functions/http/route-review.ts";
import { matchTemplate, readTemplate } from "../../../local/functions/http/route-template.ts";
import { Router } from "../../../local/functions/http/router.ts";
import { linearPattern } from "../../../local/kernel/linear-pattern.ts";

const values = (template: string, path: string) => matchTemplate(readTemplate(template), path);

test("parameters are found as ASP.NET finds them: from the right within a segment, the rest whole for a catch-all", () => {
  const cases: [template: string, path: string, found: Record<string, string> | undefined][] = [
    ["a/{b}", "/a/x", { b: "x" }],
    ["a/{b}", "/A/x/", { b: "x" }],
    ["a/{b}", "/a//", undefined],
    ["a/{b}", "/a/x/y", undefined],
    ["{a}-{b}", "/x-y-z", { b: "z", a: "x-y" }],
    ["{a}-{b}", "/-y", undefined],
    ["{a}-{b}", "/x-", undefined],
    ["v{major}.{minor}", "/v1.2.3", { minor: "3", major: "1.2" }],
    ["v{major}.{minor}", "/w1.2", undefined],
    ["{name}.{ext?}", "/cup", { name: "cup" }],
    ["{name}.{ext?}", "/cup.png", { ext: "png", name: "cup" }],
    ["{name}.{ext?}", "/cup.", undefined],
    ["x{y}x", "/xx", undefined],
    ["x{y}x", "/xxx", { y: "x" }],
    ["{a}/{b=2}/{c?}", "/1", { a: "1", b: "2" }],
    ["{a}/{b?}/{c}", "/1", undefined],
    ["f/{*rest}", "/f", {}],
    ["f/{*rest}", "/f/a//b/", { rest: "a//b/" }],
    ["f/{*rest}", "/f//a", undefined],
    ["f/{**rest}", "/f/a/b", { rest: "a/b" }],
    ["f/{*rest:int}", "/f/7", { rest: "7" }],
    ["f/{*rest:int}", "/f/a", undefined],
    ["f/{a:int=7}", "/f", { a: "7" }],
    ["f/{a:int?}", "/f", {}],
    ["f/{a:int?}", "/f/x", undefined],
    ["", "/", {}],
    ["a{{b}}", "/a{b}", {}],
    ["a/{s:regex(^\\d{{3}}$)}", "/a/123", { s: "123" }],
    ["a/{s:regex(^\\d{{3}}-\\d{{2}}$):length(6)}", "/a/123-45", { s: "123-45" }],
    ["a/{s:regex(^(x|y)$):minlength(1)}", "/a/y", { s: "y" }],
  ];
  for (const [template, path, found] of cases) expect(values(template, path), `${template} ${path}`).toEqual(found);
  expect(Object.keys(values("{a}-{b}", "/x-y") ?? {})).toEqual(["b", "a"]);
});

test("a template that ASP.NET refuses is refused with the reason", () => {
  const cases: [template: string, reason: RegExp][] = [
    ["a/{s:regex(^\\d{3}$)}", /must be escaped with \{\{ and \}\}/],
    ["a/{b", /braces that do not match/],
    ["a/b}", /braces that do not match/],
    ["a//b", /empty segment/],
    ["a/{}", /not a parameter/],
    ["a/{b}{c}", /right after the other/],
    ["a/{b}/{B}", /more than once/],
    ["a/{*b}/c", /catch-all parameter; that must come last/],
    ["a/x{*b}", /catch-all "b" beside/],
    ["a/{b?}x", /after the optional "b"/],
    ["a/x{b?}", /only a period/],
    ["a/{b=1?}", /default for "b", which is optional/],
    ["a/{*b?}", /catch-all "b" marked optional/],
    ["a/{b:number}", /the constraint "number"; supported are int, long/],
    ["a/{b:range(5,1)}", /range\(5,1\); the first bound must not exceed the second/],
    ["a/{b:length(4,2)}", /length\(4,2\); the first bound must not exceed the second/],
    ["a/{b:minlength(-1)}", /minlength\(-1\); a length cannot be below 0/],
    ["a/{b:length(1,2,3)}", /takes 1 or 2 arguments/],
    ["a/{b:max(x)}", /whole numbers/],
    ["a/{b:regex((a)}", /\( without its \)/],
    ["a/{b:regex((?=a))}", /cannot be matched here/],
    ["a/b?", /question mark/],
  ];
  for (const [template, reason] of cases) expect(() => readTemplate(template), template).toThrow(reason);
});

test("constraints judge as .NET does", () => {
  const cases: [constraint: string, yes: string[], no: string[]][] = [
    ["int", ["5", "-5", "+5", " 7 ", "2147483647"], ["", "x", "0x5", "2147483648", "1.0", "1e3", "١"]],
    ["long", ["9223372036854775807", "-9223372036854775808"], ["9223372036854775808", "1,000"]],
    ["bool", ["true", "FALSE", " True "], ["1", "yes", ""]],
    ["decimal", ["1", "1.5", "-1.5", "1,000.5", "5-", ".5"], ["1e3", "x", "", "."]],
    ["double", ["1.5", "1e3", "-1E-3", "NaN", "Infinity", "1,000"], ["1-", "x", "0x1"]],
    ["guid", ["3F2504E0-4F89-11D3-9A0C-0305E82C3301", "(3f2504e0-4f89-11d3-9a0c-0305e82c3301)"], ["{3f2504e0", "x"]],
    [
      "guid",
      ["3f2504e04f8911d39a0c0305e82c3301"],
      ["{3f2504e0-4f89-11d3-9a0c-0305e82c3301)", "3f2504e0-4f8911d39a0c0305e82c3301"],
    ],
    [
      "datetime",
      ["2026-01-31", "2026-01-31T12:30:00Z", "1/31/2026", "31 Jan 2026", "Wed, 14 Jan 2026 12:00:00 GMT", "12:30"],
      ["1", "2026-02-30", "31/1/2026", "foo", "2026", "25:00"],
    ],
    ["alpha", ["abC", ""], ["a1", "ä"]],
    ["length(2,4)", ["ab", "abcd"], ["a", "abcde"]],
    ["length(3)", ["abc"], ["ab"]],
    ["minlength(3)", ["abc"], ["ab"]],
    ["maxlength(3)", ["abc", ""], ["abcd"]],
    ["min(3)", ["3"], ["2", "3.5", "x"]],
    ["max(10)", ["10", "-1"], ["11", "9.5", ""]],
    ["range(3,7)", ["3", "7"], ["8", "x"]],
    ["RANGE( 3 , 7 )", ["5"], ["8"]],
    ["required", ["x"], [""]],
  ];
  for (const [constraint, yes, no] of cases) {
    const test = compileConstraint(constraint);
    for (const text of yes) expect(test(text), `${constraint} ${text}`).toBe(true);
    for (const text of no) expect(test(text), `${constraint} ${text}`).toBe(false);
  }
});

test("an expression matches as in .NET without case, in a time that grows with the text only", () => {
  const same = [
    "^a[0-9]+$",
    "^(a|bc)*d?$",
    "a{2,3}b",
    "^[^a-c]+$",
    "\\bcup\\b",
    "^(?:x+x+)+y$",
    "^\\w+@\\w+\\.com$",
    "^(a?){20}a{20}$",
    "^.$|^..$",
    "^\\s*$",
    "[\\d-]",
    "^\\x41\\u0042$",
  ];
  const texts = [
    "",
    "a1",
    "A12",
    "abcd",
    "bcbcd",
    "aab",
    "aaaab",
    "xyz",
    "a cup of",
    "cups",
    "xxxxy",
    "a@b.com",
    "a".repeat(20),
    "a".repeat(30),
    "-",
    "7",
    "AB",
    " \t",
    "x",
  ];
  for (const pattern of same) {
    for (const text of texts) {
      expect(linearPattern(pattern)(text), `${pattern} ${text}`).toBe(new RegExp(pattern, "i").test(text));
    }
  }
  expect(linearPattern("^a$")("a\n")).toBe(true);
  expect(linearPattern("^\\w+$")("süß")).toBe(true);
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a*)*b", "(x+x+)+y", "^(.*a){12}$"]) {
    expect(linearPattern(pattern)(`${"ax".repeat(4_000)}!`), pattern).toBe(false);
  }
  for (const pattern of [
    "(",
    ")",
    "[a",
    "*a",
    "a**",
    "a{3,1}",
    "(?<!a)b",
    "(a)\\1",
    "\\",
    "[z-a]",
    "(a{1000}){1000}",
    "(".repeat(2_000),
  ]) {
    expect(() => linearPattern(pattern), pattern).toThrow(SyntaxError);
  }
});

function review(...routes: [name: string, template: string, methods?: string[]][]) {
  const router = new Router<{ methods: Set<string> }>();
  for (const [name, template, methods = ["GET"]] of routes) router.add(name, template, { methods: new Set(methods) });
  return reviewRoutes(router.routes);
}

test("of routes that fit, the function whose name comes first wins, whatever its case", () => {
  const router = new Router<string>();
  for (const [name, template] of [
    ["z-literal", "items/special"],
    ["B-int", "items/{id:int}"],
    ["a-param", "items/{id}"],
    ["a_param", "items/{x}"],
  ] as const) {
    router.add(name, template, name);
  }
  expect([...router.match("/items/special")].map(({ target }) => target)).toEqual(["a-param", "a_param", "z-literal"]);
  expect([...router.match("/items/7")].map(({ target }) => target)).toEqual(["a-param", "a_param", "B-int"]);
});

test("routes that no request reaches, and those whose overlap names decide, are found with an address that shows it", () => {
  const hidden = review(
    ["a", "items/{id}"],
    ["b", "items/special"],
    ["c", "items/{n:int}", ["GET"]],
    ["d", "items/{id}", ["POST"]],
  );
  expect(hidden.unreachable.map((text) => text.slice(0, 24))).toEqual([
    '"b" (items/special) is n',
    '"c" (items/{n:int}) is n',
  ]);
  expect(hidden.overlapping).toEqual([]);
  expect(review(["a", "items/mine"], ["b", "items/{id}"]).overlapping[0]).toContain('GET /items/mine fits "a"');
  expect(review(["a", "{x}/one"], ["b", "two/{y}"]).overlapping[0]).toContain("GET /two/one fits");
  expect(review(["a", "files/{name}.{ext}"], ["b", "files/{*rest}"]).overlapping).toHaveLength(1);
  expect(review(["a", "e/{x}/{y?}"], ["b", "e/{id:int}"]).unreachable).toHaveLength(1);
  const fine: [string, string, string[]?][][] = [
    [
      ["a", "items/{id:int}"],
      ["b", "items/special"],
    ],
    [
      ["a", "items/{id:guid}"],
      ["b", "items/{n:int}"],
    ],
    [
      ["a", "items/{id:regex(^x)}"],
      ["b", "items/{n:int}"],
    ],
    [
      ["a", "items/{id}"],
      ["b", "items/{id}/parts"],
    ],
    [
      ["a", "items"],
      ["b", "items/{id}"],
    ],
  ];
  for (const routes of fine)
    expect(review(...routes), JSON.stringify(routes)).toEqual({ unreachable: [], overlapping: [] });
});
