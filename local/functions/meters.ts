/** What has happened since the start, as the bill counts it. */
export interface Meters {
  /** Executions by the function's name: of HTTP, event and timer functions, activities, entities and each turn of an orchestrator. */
  executions: Record<string, number>;
}

/** Those of a host that has run nothing yet. */
export const newMeters = (): Meters => ({ executions: {} });
