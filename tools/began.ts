/**
 * When the command was given, in ms since the epoch: when tools/run.mjs began, which npm runs, or else this process. Before that comes what npm itself takes, which no
 * program that it starts is told.
 */
export const began: number = beganIn(process.env.CREMA_BEGAN) ?? performance.timeOrigin;

/** As run.mjs says it: its process, and when that began. What a process further up said counts for nothing. */
function beganIn(said = ""): number | undefined {
  const [parent, time] = said.split(" ");
  return Number(parent) === process.ppid ? Number(time) : undefined;
}
