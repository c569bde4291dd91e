/** Usage since the start, as Event Grid's bill counts it. */
export interface Meters {
  /** Accepted events. */
  published: number;
  /** Delivery attempts, successful or not. */
  attempts: number;
  delivered: number;
  deadLettered: number;
  /** Events that matched an advanced filter. */
  advancedMatches: number;
  /** Billed operations: accepted events and delivery attempts, each per 64 KB. Advanced matches are billed in addition. */
  operations: number;
}

/** The meters of a topic to which nothing has been published yet. */
export const newMeters = (): Meters => ({
  published: 0,
  attempts: 0,
  delivered: 0,
  deadLettered: 0,
  advancedMatches: 0,
  operations: 0,
});

/** Units of 64 KB, rounded up. */
export const unitsOf = (text: string) => Math.max(1, Math.ceil(Buffer.byteLength(text) / 65_536));
