import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { problemsOf } from "../contracts/events.ts";
import { choices, type ExtensionDeclaration, extensionDeclaration, wrongSetting } from "../contracts/extension.ts";
import { taken } from "./extension-names.ts";
import { type Declared, live, replaysOf } from "./replays.ts";

const root = join(import.meta.dirname, "..");
/** The folder of the extensions, relative to the root. Each extension has a folder there. */
export const extensionsFolder = "functions/extensions";

/** The declaration of an extension, with the defaults filled in. */
export interface Extension extends ExtensionDeclaration {
  /** Relative to the root, with slashes. */
  folder: string;
}

/** The part of the core's declaration with which extensions must not conflict. */
export interface Core {
  cosmos: { containers: { id: string }[] };
  eventGrid: { subscriptions: (Declared & { function: string })[] };
}

/** `infra/resources.json`: the declaration of the core. */
export const coreResources = <T>(): T => JSON.parse(readFileSync(join(root, "infra", "resources.json"), "utf8")) as T;

/**
 * Every extension in a folder (relative to the root), by name.
 * @throws Error that lists all errors in the declarations, and how to correct them
 */
export function extensionsIn(folder = extensionsFolder): Extension[] {
  const problems: string[] = [];
  const found = globSync(`${folder}/*/`, { cwd: root })
    .map((path) => path.replaceAll("\\", "/").replace(/\/$/, ""))
    .sort()
    .flatMap((path) => {
      const read = readDeclaration(path);
      if ("extension" in read) return [read.extension];
      problems.push(...read.problems);
      return [];
    });
  problems.push(...taken(found, coreNames()));
  if (problems.length > 0)
    throw new Error(`The extensions are not declared right:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
  return found;
}

/** Names that the core uses: its containers, its subscriptions and their functions. */
export function coreNames(): Set<string> {
  const { cosmos, eventGrid } = coreResources<Core>();
  const heard = eventGrid.subscriptions.flatMap((each) => [each.name, each.function]);
  return new Set([...cosmos.containers.map(({ id }) => id), ...heard]);
}

function readDeclaration(folder: string): { extension: Extension } | { problems: string[] } {
  const file = `${folder}/extension.json`;
  if (!existsSync(join(root, file))) return { problems: [`${file} is not there: it declares the extension.`] };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    return { problems: [`${file} is no JSON: ${(error as Error).message}`] };
  }
  const parsed = extensionDeclaration.safeParse(value);
  if (!parsed.success)
    return { problems: problemsOf(parsed.error).map(({ path, message }) => `${file}: ${path} ${message}`) };
  const extension = { ...parsed.data, folder };
  const name = folder.slice(dirname(folder).length + 1);
  const problems = [
    ...(extension.name === name
      ? []
      : [`${file}: name is "${extension.name}"; it must be that of the folder, ${name}.`]),
    ...(existsSync(join(root, folder, "index.ts")) ? [] : [`${folder}/index.ts is not there: it has the functions.`]),
  ];
  return problems.length > 0 ? { problems } : { extension };
}

/**
 * The extensions of a build.
 * @param choice names separated by commas, or `all`, `none` or `default`: the extensions that declare themselves as default. Empty means `default`.
 * @throws Error that names the unknown extension, and lists the known ones
 */
export function chosenOf(extensions: readonly Extension[], choice: string | undefined): Extension[] {
  const names = (choice ?? "").split(",").flatMap((name) => name.trim() || []);
  const [one = "default"] = names;
  if (names.length <= 1) {
    if (one === "default") return extensions.filter((each) => each.default);
    if (one === "all") return [...extensions];
    if (one === "none") return [];
  }
  const unknown = names.filter((name) => !extensions.some((each) => each.name === name));
  if (unknown.length === 0) return extensions.filter((each) => names.includes(each.name));
  const there =
    extensions.length === 0 ? "There are none." : `There are: ${extensions.map(({ name }) => name).join(", ")}.`;
  throw new Error(
    `There is no extension "${unknown.join('", "')}". ${there} Name some with commas between them, or ${choices.join(", ")}.`,
  );
}

/** The subscriptions of an extension, each with its second subscription for replays. */
export function subscriptionsOf({ subscriptions }: Extension): Extension["subscriptions"] {
  return subscriptions.flatMap((each) => [live(each), replaysOf(each)]);
}

/** The live events that each of these extensions receives: for the screens that show the receivers of an event. */
export function hearersOf(extensions: readonly Extension[]) {
  return extensions.map(({ name, description, subscriptions }) => ({
    name,
    description,
    subscriptions: subscriptions.map((each) => ({ name: each.name, types: [...each.filter.includedEventTypes] })),
  }));
}

/** The declarations of the core and of these extensions combined, in the same form. */
export function resourcesWith<T extends Core>(core: T, extensions: readonly Extension[]): T {
  return {
    ...core,
    cosmos: {
      ...core.cosmos,
      containers: [...core.cosmos.containers, ...extensions.flatMap((each) => each.containers)],
    },
    eventGrid: {
      ...core.eventGrid,
      subscriptions: [...core.eventGrid.subscriptions, ...extensions.flatMap(subscriptionsOf)],
    },
  };
}

/** The files that register the functions of the core and of these extensions, as a glob relative to the root. */
export function mainWith(extensions: readonly Extension[]): string {
  const { main } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { main: string };
  const every = `${extensionsFolder}/*/index.ts`;
  if (!main.includes(every)) throw new Error(`"main" of package.json must have ${every}; it is ${main}.`);
  const entries = main.replace(/^\{|\}$/g, "").split(",");
  return `{${entries.flatMap((entry) => (entry === every ? extensions.map(({ folder }) => `${folder}/index.ts`) : entry)).join(",")}}`;
}

/** Values of the settings of these extensions: the given ones, and otherwise the defaults. @throws Error that names the invalid setting */
export function settingsOf(
  extensions: readonly Extension[],
  given: Record<string, string | undefined>,
): Record<string, string> {
  const all = extensions.flatMap(({ settings }) => settings);
  const values = all.map((each) => [each.name, given[each.name] || each.default] as const);
  const problems = all.flatMap((each, at) => wrongSetting(each, values[at]?.[1] ?? "") ?? []);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return Object.fromEntries(values);
}
