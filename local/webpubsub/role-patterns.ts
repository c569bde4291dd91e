/** The maximum number of stars in a pattern; `**` counts as two. */
const mostStars = 5;
const longest = 1024;

/** A literal character, or a wildcard. */
type Step = { letter: string } | "one" | "any in segment" | "any";

/**
 * Whether a group name matches the pattern of a role such as `webpubsub.sendToGroups.clientA.*`: `?` is one character and `*` any number of
 * characters, neither matching a dot; `**` matches any text; a backslash escapes. An invalid pattern, such as one with more than five stars, matches
 * nothing. The time is proportional to the product of both lengths at most.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/concept-wildcard-group-roles
 */
export function fitsPattern(pattern: string, group: string): boolean {
  const steps = stepsOf(pattern);
  if (steps === undefined) return false;
  // The set of possible next steps.
  let next = withSkipped(new Set([0]), steps);
  for (const character of group) {
    const after = new Set<number>();
    for (const at of next) {
      const step = steps[at];
      if (step === undefined) continue;
      const repeats = step === "any" || (step === "any in segment" && character !== ".");
      if (repeats) after.add(at);
      else if (step === "one" ? character !== "." : typeof step === "object" && step.letter === character)
        after.add(at + 1);
    }
    next = withSkipped(after, steps);
  }
  return next.has(steps.length);
}

/** A star may match nothing, so the step after it is also possible. */
function withSkipped(places: Set<number>, steps: Step[]): Set<number> {
  for (const at of places) if (steps[at] === "any" || steps[at] === "any in segment") places.add(at + 1);
  return places;
}

function stepsOf(pattern: string): Step[] | undefined {
  const steps: Step[] = [];
  for (const [part] of pattern.matchAll(/\\[\\*?]|\*\*|[\s\S]/gu)) {
    if (part === "?") steps.push("one");
    else if (part === "*" || part === "**") steps.push(part === "*" ? "any in segment" : "any");
    else steps.push({ letter: part.length > 1 && part.startsWith("\\") ? part.slice(1) : part });
  }
  return patternFault(pattern) === undefined ? steps : undefined;
}

/** What is wrong with a pattern, which then matches nothing. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > longest) return `a pattern has at most ${longest} characters.`;
  const rest = pattern.replaceAll(/\\[\\*?]/g, "");
  if (rest.includes("\\")) return "in a pattern a backslash is followed by *, ? or another backslash.";
  return rest.split("*").length - 1 > mostStars ? `a pattern has at most ${mostStars} stars.` : undefined;
}
