import { Refusal } from "./refusal.ts";

const longestGroup = 1024;

/**
 * Whether a group name is valid: 1 to 1,024 characters, not all of them blank.
 * After the service's REST description, https://learn.microsoft.com/rest/api/webpubsub/dataplane/web-pub-sub/send-to-group
 */
export const isGroupName = (name: unknown): name is string =>
  typeof name === "string" && name.length <= longestGroup && name.trim() !== "";

/** The rule for group names, for error messages. */
export const groupRule = `a name of 1 to ${longestGroup} characters, not all of them blank`;

/** @param target the subject of the refusal. @throws Refusal 400 for the first invalid name */
export function checkGroupNames(names: readonly unknown[], target = "group"): void {
  const wrong = names.findIndex((name) => !isGroupName(name));
  if (wrong === -1) return;
  const length = String(names[wrong]).trim() === "" ? "none but blanks" : String(names[wrong]).length;
  throw new Refusal(400, "BadRequest", `A group must be ${groupRule}; this one has ${length}.`, target);
}
