/** One segment of a path, or all that is left for a catch-all: matches decoded text and gives its parameters. */
export interface Segment {
  /** Lower is tried first: literal, mixed, constrained parameter, parameter, constrained catch-all, catch-all. */
  rank: number;
  catchAll: boolean;
  /** A segment that may be missing at the end of the path, with the parameters it then has. */
  whenMissing: Record<string, string> | undefined;
  match(text: string): Record<string, string> | undefined;
}

const constraints: Record<string, (value: string, ...args: string[]) => boolean> = {
  int: (value) => /^[+-]?\d+$/.test(value) && Math.abs(Number(value)) <= 2 ** 31,
  long: (value) => /^[+-]?\d+$/.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  decimal: isNumber,
  double: isNumber,
  float: isNumber,
  guid: (value) => /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  alpha: (value) => /^[a-z]+$/i.test(value),
  required: (value) => value !== "",
  length: (value, least, most = least) => value.length >= Number(least) && value.length <= Number(most),
  minlength: (value, least) => value.length >= Number(least),
  maxlength: (value, most) => value.length <= Number(most),
  min: (value, least) => isNumber(value) && Number(value) >= Number(least),
  max: (value, most) => isNumber(value) && Number(value) <= Number(most),
  range: (value, least, most) => isNumber(value) && Number(value) >= Number(least) && Number(value) <= Number(most),
  regex: (value, ...pattern) => new RegExp(pattern.join(","), "i").test(value),
};

function isNumber(value: string): boolean {
  return value !== "" && Number.isFinite(Number(value));
}

/** Compiles an ASP.NET route template such as `stores/{id}/{*rest}`. @throws with what is wrong with it. */
export function compileTemplate(template: string): Segment[] {
  const parts = splitOutsideBraces(template.replace(/^\/+|\/+$/g, ""), "/");
  if (parts.length === 1 && parts[0] === "") return [];
  const segments = parts.map((part) => compileSegment(part, template));
  segments.forEach((segment, index) => {
    if (segment.catchAll && index < segments.length - 1) {
      throw new Error(`the route "${template}" has something after its catch-all parameter; that must come last.`);
    }
  });
  // A parameter may only be left out when all after it may be.
  for (let index = segments.length - 1, optional = true; index >= 0; index--) {
    const segment = segments[index];
    if (segment === undefined) continue;
    optional &&= segment.whenMissing !== undefined;
    if (!optional) segment.whenMissing = undefined;
  }
  return segments;
}

function compileSegment(part: string, template: string): Segment {
  const wrong = (why: string) => new Error(`the route "${template}" ${why}`);
  if (part === "") throw wrong("has an empty segment.");
  if (!/[{}]/.test(part)) {
    const literal = part.toLowerCase();
    return {
      rank: 1,
      catchAll: false,
      whenMissing: undefined,
      match: (text) => (text.toLowerCase() === literal ? {} : undefined),
    };
  }
  const whole = wholeParameter(part);
  if (whole === undefined) return compileMixed(part, wrong);
  const { name, tests, optional, fallback, catchAll } = compileParameter(whole, wrong);
  const rank = (catchAll ? 5 : 4) + (tests.length > 0 ? -0.5 : 0);
  const missing = fallback !== undefined ? { [name]: fallback } : {};
  return {
    rank,
    catchAll,
    whenMissing: optional || catchAll || fallback !== undefined ? missing : undefined,
    match: (text) => (tests.every((test) => test(text)) ? { [name]: text } : undefined),
  };
}

/** The inside of a segment that is one parameter and nothing else. */
function wholeParameter(part: string): string | undefined {
  if (!part.startsWith("{") || !part.endsWith("}")) return undefined;
  let depth = 0;
  for (let index = 0; index < part.length; index++) {
    if (part[index] === "{") depth++;
    else if (part[index] === "}" && --depth === 0 && index < part.length - 1) return undefined;
  }
  return part.slice(1, -1);
}

/** Text and parameters in one segment, such as `{name}.{extension}`. */
function compileMixed(part: string, wrong: (why: string) => Error): Segment {
  const parameters: ReturnType<typeof compileParameter>[] = [];
  const pattern = part.replace(/\{([^{}]*)\}|[^{}]+/g, (text, inside: string | undefined) => {
    if (inside === undefined) return text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    parameters.push(compileParameter(inside, wrong));
    return "(.+)";
  });
  if (/[{}]/.test(pattern)) throw wrong("has braces that do not match.");
  const whole = new RegExp(`^${pattern}$`, "i");
  return {
    rank: 2,
    catchAll: false,
    whenMissing: undefined,
    match: (text) => {
      const values = whole.exec(text)?.slice(1);
      if (values === undefined) return undefined;
      const named: Record<string, string> = {};
      for (const [index, { name, tests }] of parameters.entries()) {
        const value = values[index] ?? "";
        if (!tests.every((test) => test(value))) return undefined;
        named[name] = value;
      }
      return named;
    },
  };
}

function compileParameter(inside: string, wrong: (why: string) => Error) {
  const [, stars = "", name, rest = ""] = /^(\*{0,2})([A-Za-z_][\w-]*)(.*)$/s.exec(inside) ?? [];
  if (name === undefined) throw wrong(`has "{${inside}}", which is no parameter.`);
  const optional = rest.endsWith("?");
  const [constraintText = "", ...fallback] = splitOutsideBraces(optional ? rest.slice(0, -1) : rest, "=", "(");
  const tests = splitOutsideBraces(constraintText.replace(/^:/, ""), ":", "(")
    .filter((text) => text !== "")
    .map((text) => {
      const [, kind = "", args] = /^([A-Za-z]+)(?:\((.*)\))?$/s.exec(text) ?? [];
      const test = constraints[kind.toLowerCase()];
      if (test === undefined)
        throw wrong(`has the constraint "${text}"; known are ${Object.keys(constraints).join(", ")}.`);
      const values = args === undefined ? [] : args.split(",");
      return (value: string) => test(value, ...values);
    });
  return {
    name,
    tests,
    optional,
    fallback: fallback.length > 0 ? fallback.join("=") : undefined,
    catchAll: stars !== "",
  };
}

function splitOutsideBraces(text: string, separator: string, open: "{" | "(" = "{"): string[] {
  const close = open === "{" ? "}" : ")";
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const char of text) {
    if (char === open) depth++;
    else if (char === close) depth--;
    if (char === separator && depth <= 0) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  parts.push(part);
  return parts;
}
