/** The input of the latest run of a function: of an HTTP function its request. */
export interface Sample {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
}
