/** Which blobs a trigger is for: those of a container, or those whose name is like a pattern. */
export interface BlobPattern {
  readonly container: string;
  /** The values of the pattern's parameters, or `undefined` when the blob is none of them. */
  match(blob: string): Record<string, string> | undefined;
}

const containers = /^(\$root|\$logs|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/;
const parameter = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]*$/u;

/**
 * Reads the path of a blob's trigger: `container`, `container/name`, or with parameters `container/{name}.{ext}`; `{{` and `}}` stand for braces. A
 * parameter takes as much as it can, slashes too.
 *
 * Source: `BlobPathSource` of the Storage extension of WebJobs, `BindingTemplateParser` of WebJobs.
 * @throws Error with what is wrong with it.
 */
export function blobPattern(path: unknown): BlobPattern {
  if (typeof path !== "string" || path === "") throw new Error('a blob trigger needs "path", like "container/{name}".');
  const [, container = "", slash, blob = ""] = /^([^/]*)(\/?)([\s\S]*)$/.exec(path) ?? [];
  if (slash !== "" && blob === "") throw new Error(`the path "${path}" ends after the container; leave the slash out.`);
  if (!containers.test(container)) {
    throw new Error(
      `the path "${path}" must begin with the name of a container: 3 to 63 small letters, digits and single hyphens, no parameters.`,
    );
  }
  if (slash === "") return { container, match: () => ({}) };
  const { expression, names } = compile(path, blob);
  return {
    container,
    match(name) {
      const values = expression.exec(name);
      return values === null
        ? undefined
        : Object.fromEntries(names.map((each, index) => [each, values[index + 1] ?? ""]));
    },
  };
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function compile(path: string, pattern: string): { expression: RegExp; names: string[] } {
  const names: string[] = [];
  const parts = pattern.match(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g) ?? [];
  const source = parts.map((part) => {
    if (part === "{{" || part === "}}") return literally(part.slice(1));
    if (part === "{" || part === "}") throw new Error(`the path "${path}" has a "${part}" without the other brace.`);
    if (!part.startsWith("{")) return literally(part);
    const name = part.slice(1, -1);
    if (!parameter.test(name))
      throw new Error(`the path "${path}" has the parameter "${part}"; a name is made of letters, digits and "_".`);
    names.push(name);
    return "(.*)";
  });
  return { expression: new RegExp(`^${source.join("")}$`), names };
}
