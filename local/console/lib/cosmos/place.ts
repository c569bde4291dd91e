/** Where a query is wrong, in characters, and why. */
export interface Place {
  start: number;
  end: number;
  message: string;
}
