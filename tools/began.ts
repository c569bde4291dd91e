/**
 * The start time of the command, in ms since the epoch: that of tools/run.mjs, which npm runs, or otherwise of this process. It leaves out the time
 * of npm itself, which npm tells no program that it starts.
 */
export const began: number = beganIn(process.env.CREMA_BEGAN) ?? performance.timeOrigin;

/** The value from run.mjs: its process id and its start time. A value from a process further up is ignored. */
function beganIn(said = ""): number | undefined {
  const [parent, time] = said.split(" ");
  return Number(parent) === process.ppid ? Number(time) : undefined;
}
