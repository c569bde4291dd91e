/** The blobs that a trigger watches: all blobs of a container, or those whose name matches a pattern. */
export interface BlobPattern {
  readonly container: string;
  /** The values of the pattern's parameters, or `undefined` if the blob does not match. */
  match(blob: string): Record<string, string> | undefined;
}

const containers = /^(\$root|\$logs|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/;
const parameter = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u;

/**
 * Parses the path of a blob trigger: `container`, `container/name`, or with parameters `container/{name}.{ext}`; `{{` and `}}` are escaped braces. A
 * parameter matches as much as it can, including slashes.
 *
 * Source: `BlobPathSource` of the Storage extension of WebJobs, `BindingTemplateParser` of WebJobs.
 * @throws Error that says what is wrong.
 */
export function blobPattern(path: unknown): BlobPattern {
  if (typeof path !== "string" || path === "") throw new Error('a blob trigger needs "path", like "container/{name}".');
  const [, container = "", slash, blob = ""] = /^([^/]*)(\/?)([\s\S]*)$/.exec(path) ?? [];
  if (slash !== "" && blob === "") throw new Error(`the path "${path}" ends after the container; leave the slash out.`);
  if (!containers.test(container)) {
    throw new Error(
      `the path "${path}" must begin with the name of a container: 3 to 63 lower-case letters, digits and single hyphens, no parameters.`,
    );
  }
  if (slash === "") return { container, match: () => ({}) };
  const { literals, names } = compile(path, blob);
  return { container, match: (name) => matchParts(name, literals, names) };
}

/** The texts around the pattern's parameters (one more than there are parameters), and the parameters' names. */
function compile(path: string, pattern: string): { literals: string[]; names: string[] } {
  const names: string[] = [];
  const literals = [""];
  const parts = pattern.match(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g) ?? [];
  for (const part of parts) {
    if (part === "{" || part === "}") throw new Error(`the path "${path}" has a "${part}" without the other brace.`);
    if (!part.startsWith("{") || part === "{{") {
      literals[literals.length - 1] += part === "{{" || part === "}}" ? part.slice(1) : part;
      continue;
    }
    const name = part.slice(1, -1);
    if (!parameter.test(name))
      throw new Error(`the path "${path}" has the parameter "${part}"; a name is made of letters, digits and "_".`);
    names.push(name);
    literals.push("");
  }
  return { literals, names };
}

/**
 * Finds the last occurrence of each text, from right to left. So every parameter matches as much as it can, and the time is linear in the name's
 * length, which backtracking would exceed.
 */
function matchParts(
  name: string,
  literals: readonly string[],
  names: readonly string[],
): Record<string, string> | undefined {
  const [first = ""] = literals;
  const last = literals.at(-1) ?? "";
  if (names.length === 0) return name === first ? {} : undefined;
  if (!name.startsWith(first) || !name.endsWith(last)) return undefined;
  const values: string[] = [];
  let end = name.length - last.length;
  for (const literal of literals.slice(1, -1).toReversed()) {
    const at = end < literal.length ? -1 : name.lastIndexOf(literal, end - literal.length);
    if (at === -1) return undefined;
    values.unshift(name.slice(at + literal.length, end));
    end = at;
  }
  if (end < first.length) return undefined;
  values.unshift(name.slice(first.length, end));
  return Object.fromEntries(names.map((each, index) => [each, values[index] ?? ""]));
}
