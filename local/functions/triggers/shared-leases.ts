import type { Parts } from "../../kernel/parts.ts";
import type { CosmosTrigger } from "./cosmos-trigger.ts";

/**
 * Gives all changes to one of the triggers that share a lease. On Azure each of them is a host that wants the lease, and the first to acquire it
 * keeps it. So the choice is random, and the log says what is needed for each to get all changes.
 * @returns what is wrong: triggers of two change feed modes cannot share a lease; on Azure only the first of them starts
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

/** Groups the triggers that share a lease, in the order of their declaration. */
function groups(triggers: readonly CosmosTrigger[]): CosmosTrigger[][] {
  const found: CosmosTrigger[][] = [];
  for (const trigger of triggers) {
    const group = found.find(([first]) => first?.lease.is(trigger.lease));
    if (group) group.push(trigger);
    else found.push([trigger]);
  }
  return found;
}
