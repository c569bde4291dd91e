/** What the newest run of a function was given: of an HTTP function its request. */
export interface Sample {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
}
