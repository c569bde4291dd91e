import type { Parts } from "../../kernel/parts.ts";
import type { CosmosTrigger } from "./cosmos-trigger.ts";

/**
 * Has one of the triggers that share a lease get all changes, as on Azure, where each of them is a host that wants the lease and who was first keeps it. So chance says which, and
 * the log what it would take for each to get all of them.
 * @returns what is wrong: triggers of two change feed modes cannot have one lease, and of those on Azure only the first starts
 */
export function shareLeases({ ids, log }: Pick<Parts, "ids" | "log">, triggers: readonly CosmosTrigger[]): string[] {
  const complaints: string[] = [];
  for (const sharing of groups(triggers)) {
    const [first] = sharing;
    if (first === undefined || sharing.length === 1) continue;
    const holder = sharing[Math.floor(ids.random() * sharing.length)] ?? first;
    const names = sharing.map(({ name }) => `"${name}"`).join(" and ");
    if (sharing.some(({ lease }) => lease.mode !== first.lease.mode)) {
      complaints.push(
        `Functions ${names} share a lease, but not the same "changeFeedMode". Give each a "leaseContainerPrefix" of its own, such as its name.`,
      );
    }
    const others = sharing.filter((one) => one !== holder);
    for (const other of others) other.leave();
    holder.take(others.map(({ name }) => name));
    const { place, watched, prefix } = first.lease;
    const common = prefix === "" ? 'no "leaseContainerPrefix"' : `the "leaseContainerPrefix" "${prefix}"`;
    log.warn(
      `${names} watch ${watched.database}/${watched.container} with one lease: the same lease container, ${place.database}/${place.container}, and ${common}. As on Azure each change goes to one of them only; until the next start that is "${holder.name}". ` +
        'Give each a "leaseContainerPrefix" of its own, such as its name, and each gets all changes.',
    );
  }
  return complaints;
}

/** Those that share a lease together, in the order in which they were declared. */
function groups(triggers: readonly CosmosTrigger[]): CosmosTrigger[][] {
  const found: CosmosTrigger[][] = [];
  for (const trigger of triggers) {
    const group = found.find(([first]) => first?.lease.is(trigger.lease));
    if (group) group.push(trigger);
    else found.push([trigger]);
  }
  return found;
}
