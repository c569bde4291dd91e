/** Most stars of a pattern, those of `**` counted singly. */
const mostStars = 5;

/** A letter that must be there, or what may stand for others. */
type Step = { letter: string } | "one" | "any in segment" | "any";

/**
 * Whether a group's name fits the pattern of a role such as `webpubsub.sendToGroups.clientA.*`: `?` is one character and `*` any number of
 * them, neither of them a dot; `**` is any number of all; a backslash takes their meaning from these. A pattern with more than five stars fits
 * nothing. The time taken is in proportion to both lengths.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/concept-wildcard-group-roles
 */
export function fitsPattern(pattern: string, group: string): boolean {
  const steps = stepsOf(pattern);
  if (steps === undefined) return false;
  // The steps that may come next, whatever way led there.
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

/** A star may stand for nothing: what follows it may come at once. */
function withSkipped(places: Set<number>, steps: Step[]): Set<number> {
  for (const at of places) if (steps[at] === "any" || steps[at] === "any in segment") places.add(at + 1);
  return places;
}

function stepsOf(pattern: string): Step[] | undefined {
  const steps: Step[] = [];
  let stars = 0;
  for (const [part] of pattern.matchAll(/\\[\\*?]|\*\*|[\s\S]/gu)) {
    if (part === "?") steps.push("one");
    else if (part === "*" || part === "**") {
      stars += part.length;
      steps.push(part === "*" ? "any in segment" : "any");
    } else steps.push({ letter: part.length > 1 && part.startsWith("\\") ? part.slice(1) : part });
  }
  return stars > mostStars ? undefined : steps;
}

/**
 * Why a role of the service's permits nothing; its names are compared by case. Roles that do not begin with `webpubsub.` are the application's own.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol#permissions
 */
export function whyNoRole(role: string): string | undefined {
  if (!role.toLowerCase().startsWith("webpubsub.")) return undefined;
  const [, plural, of] = /^webpubsub\.(?:sendToGroup|joinLeaveGroup)(s?)(?:\.(.+))?$/s.exec(role) ?? [];
  if (plural === undefined || (plural === "s" && of === undefined))
    return "the roles are webpubsub.sendToGroup and webpubsub.joinLeaveGroup, each also with .<group>, and with s.<pattern>.";
  return plural === "s" && stepsOf(of ?? "") === undefined ? `a pattern has at most ${mostStars} stars.` : undefined;
}
