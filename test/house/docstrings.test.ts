import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./pages.ts";

/** What one file hands to others without a word about it, and what its interfaces say of their members. */
interface Told {
  silent: { line: number; name: string; of: readonly string[] }[];
  members: string[];
}

/** Whether a comment of the form `/** … *\/` stands directly above a declaration and says something. */
function isTold(node: ts.Node): boolean {
  const last = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  if (last === undefined) return false;
  const { text } = node.getSourceFile();
  return /\w/.test(last.getText()) && !/\n\s*\n/.test(text.slice(last.end, node.getStart()));
}

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);

const isFunction = (value: ts.Expression | undefined): boolean =>
  value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));

/** The methods that others call. What overrides is told of where it is first declared; so is what an interface of `of` has. */
function methodsOf(declared: ts.ClassDeclaration): { node: ts.ClassElement; name: string }[] {
  return declared.members.flatMap((node) => {
    const called = ts.isMethodDeclaration(node) || (ts.isPropertyDeclaration(node) && isFunction(node.initializer));
    if (!called || !(ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))) return [];
    const { PrivateKeyword, ProtectedKeyword, OverrideKeyword } = ts.SyntaxKind;
    const own = [PrivateKeyword, ProtectedKeyword, OverrideKeyword].every((kind) => !has(node, kind));
    return own ? [{ node, name: node.name.text }] : [];
  });
}

/** The function, class or constant that a statement declares, each by its name; of overloads each for itself. */
function declaredIn(node: ts.Statement): { name: string; node: ts.Node }[] {
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
    return [{ name: node.name?.text ?? "default", node }];
  if (!ts.isVariableStatement(node)) return [];
  return node.declarationList.declarations
    .filter(({ initializer }) => isFunction(initializer))
    .map(({ name }) => ({ name: name.getText(), node }));
}

function toldIn(file: string, source: string): Told {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const told: Told = { silent: [], members: [] };
  const named = tree.statements.flatMap((node) =>
    ts.isExportDeclaration(node) && !node.moduleSpecifier && node.exportClause && ts.isNamedExports(node.exportClause)
      ? node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
      : [],
  );
  const documented = new Set<string>();
  const note = (node: ts.Node, name: string, of: readonly string[] = []): void => {
    // Of several forms of a function the first says it.
    if (isTold(node)) documented.add(name);
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    if (!documented.has(name)) told.silent.push({ line: line + 1, name, of });
  };
  for (const node of tree.statements) {
    if (ts.isInterfaceDeclaration(node))
      for (const member of node.members.filter(isTold))
        told.members.push(`${node.name.text}.${member.name?.getText()}`);
    for (const declared of declaredIn(node)) {
      if (!has(node, ts.SyntaxKind.ExportKeyword) && !named.includes(declared.name)) continue;
      note(declared.node, declared.name);
      if (!ts.isClassDeclaration(declared.node)) continue;
      const of = (declared.node.heritageClauses ?? []).flatMap(({ types }) =>
        types.map(({ expression }) => expression.getText()),
      );
      for (const method of methodsOf(declared.node))
        note(
          method.node,
          `${declared.name}.${method.name}`,
          of.map((name) => `${name}.${method.name}`),
        );
    }
  }
  return told;
}

/** What nobody is told of, as `file:line name`. */
function silentIn(files: Record<string, string>): string[] {
  const all = Object.entries(files).map(([file, source]) => ({ file, ...toldIn(file, source) }));
  const members = new Set(all.flatMap((each) => each.members));
  return all.flatMap(({ file, silent }) =>
    silent
      .filter(({ of }) => !of.some((member) => members.has(member)))
      .map(({ line, name }) => `${file}:${line} ${name}`),
  );
}

test("what is not told is found out, and what is told is not", () => {
  const source = (lines: readonly string[]) => silentIn({ "a.ts": lines.join("\n") });
  const word = "/** Says it. */";
  expect(source([word, "export function a(): void {}"])).toEqual([]);
  expect(source(["export function a(): void {}", "export const b = () => 1, c = 2;"])).toEqual([
    "a.ts:1 a",
    "a.ts:2 b",
  ]);
  expect(source(["// Says it.", "export function a(): void {}"])).toEqual(["a.ts:2 a"]);
  expect(source([word, "", "export function a(): void {}"])).toEqual(["a.ts:3 a"]);
  expect(source(["/** */", "export const a = function () {};"])).toEqual(["a.ts:2 a"]);
  expect(source(["function a(): void {}", "export { a as b };"])).toEqual(["a.ts:1 a"]);
  expect(
    source([word, "export function a(b: 1): 1;", "export function a(b: unknown): unknown {", "  return b;", "}"]),
  ).toEqual([]);
  const inClass = (...members: string[]) => source([word, "export class A implements B {", ...members, "}"]);
  expect(inClass("  b(): void {}", "  c = () => 1;")).toEqual(["a.ts:3 A.b", "a.ts:4 A.c"]);
  expect(
    inClass("  #b(): void {}", "  private c(): void {}", "  override d(): void {}", "  get e(): number {}"),
  ).toEqual([]);
  const both = (comment: string) =>
    source([
      word,
      "export class A implements B {",
      "  b(): void {}",
      "}",
      "interface B {",
      comment,
      "  b(): void;",
      "}",
    ]);
  expect(both(word)).toEqual([]);
  expect(both("")).toEqual(["a.ts:3 A.b"]);
});

const files = globSync("{contracts,functions,orchestrators,infra,web,local,tools,bench}/**/*.{ts,mts,js,mjs,cjs}", {
  cwd: root,
  // A declaration of types stands beside the code that says it.
  exclude: (path) => /node_modules|local.dist|console.built|\.test\.ts$|\.d\.ts$/.test(path),
}).map((path) => path.replaceAll("\\", "/"));

test("what is exported says what it does: functions, classes and their methods", () => {
  expect(files.length).toBeGreaterThan(1000);
  const sources = Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(root, file), "utf8")]));
  expect(silentIn(sources)).toEqual([]);
});
