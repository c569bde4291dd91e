/** The consistency levels of an account, from the strongest to the weakest. */
export const consistencyLevels = ["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"] as const;
export type ConsistencyLevel = (typeof consistencyLevels)[number];

/** The level of a new account on Azure. */
export const usualConsistency: ConsistencyLevel = "Session";

/** The level with this name, in any case; `undefined` if there is none. */
export function levelNamed(name: string): ConsistencyLevel | undefined {
  return consistencyLevels.find((each) => each.toLowerCase() === name.toLowerCase());
}

/** Whether a level is stronger than another one. */
export function isStronger(level: ConsistencyLevel, than: ConsistencyLevel): boolean {
  return consistencyLevels.indexOf(level) < consistencyLevels.indexOf(than);
}

/**
 * How many times the usual request units a read costs: at the two strongest levels the service reads from two replicas instead of one.
 * @see https://learn.microsoft.com/azure/cosmos-db/consistency-levels#consistency-levels-and-throughput
 */
export const readCost = (level: ConsistencyLevel): number => (isStronger(level, "Session") ? 2 : 1);
