import type { AppName } from "../../contracts/common.ts";
import type { TryIt } from "./config.ts";

/**
 * The people that a newcomer can sign in as: those who work in this app, starting with those who work in no other. In the customer's app, somebody
 * new.
 */
export function newcomers(name: AppName, { people, guest }: TryIt): { name: string | undefined; phone: string }[] {
  if (name === "customer") return [{ name: undefined, phone: guest }];
  return people.filter(({ roles }) => roles.includes(name)).sort((a, b) => a.roles.length - b.roles.length);
}
