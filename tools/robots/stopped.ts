/** The robots are asked to stop. */
export class Stopped extends Error {}
