/** The counts since the start, as Azure bills them. */
export interface Meters {
  /** Executions by function name: of HTTP, event and timer functions, activities, entities and each turn of an orchestrator. */
  executions: Record<string, number>;
}

/** The meters of a new host. */
export const newMeters = (): Meters => ({ executions: {} });
