/** Besides its clients' sockets, a process has some dozens of files open: the store's files, programs, its pipes. */
const beside = 200;

/**
 * The limit of open files for a process that is started here. Node has raised its own limit to the maximum. `undefined` if the system states no
 * limit.
 */
export function mostOpenFiles(): number | undefined {
  if (process.report === undefined) return undefined;
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const most = Number(userLimits?.open_files?.soft ?? Number.NaN);
  return Number.isNaN(most) ? undefined : most;
}

/** The reason why one process cannot have this many sockets, with a remedy; `undefined` if it can. */
export function whyNoSockets(sockets: number, most = mostOpenFiles()): string | undefined {
  const needed = sockets + beside;
  if (most === undefined || most >= needed) return undefined;
  return `${sockets.toLocaleString("en")} sockets need ${needed.toLocaleString("en")} open files in a process, and here it may have ${most.toLocaleString("en")} (ulimit -Hn; root may raise it: ulimit -Hn ${needed})`;
}
