/** What is wrong, as the server says it: `options[0].name` and `is empty`. */
export interface DocumentProblem {
  path: string;
  message: string;
}

/** Messages by field of a form. Under the empty name stands what belongs to no field. */
export type FieldProblems = Readonly<Record<string, readonly string[]>>;

/**
 * Sorts problems to the fields of a form. `fieldOf` names the field that a path of the document is shown at, or undefined when there is none;
 * then the path is told with the message, at the top of the form.
 */
export function byField(
  problems: readonly DocumentProblem[],
  fieldOf: (path: string) => string | undefined,
): FieldProblems {
  const sorted: Record<string, string[]> = {};
  for (const { path, message } of problems) {
    const field = fieldOf(path);
    sorted[field ?? ""] ??= [];
    sorted[field ?? ""]?.push(field === undefined && path !== "" ? `${path} ${message}` : message);
  }
  return sorted;
}

/** Without those of a field, which somebody is mending. */
export function without(problems: FieldProblems, field: string): FieldProblems {
  if (!(field in problems)) return problems;
  const { [field]: _mended, ...rest } = problems;
  return rest;
}

/** `options[0].choices[1].name` as `["options", 0, "choices", 1, "name"]`. */
export function steps(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) =>
    match[1] === undefined ? match[0] : Number(match[1]),
  );
}
