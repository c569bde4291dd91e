/** Beside its clients' sockets a process has some dozens of files open: the store's, programs, its pipes. */
const beside = 200;

/** How many files a process that is started here may have open. Node has raised its own limit to the highest that it may; `undefined` where the system says none. */
export function mostOpenFiles(): number | undefined {
  if (process.report === undefined) return undefined;
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const most = Number(userLimits?.open_files?.soft ?? Number.NaN);
  return Number.isNaN(most) ? undefined : most;
}

/** Why so many sockets cannot be had in one process, in words, with what would help; `undefined` when they can. */
export function whyNoSockets(sockets: number, most = mostOpenFiles()): string | undefined {
  const needed = sockets + beside;
  if (most === undefined || most >= needed) return undefined;
  return `${sockets.toLocaleString("en")} sockets need ${needed.toLocaleString("en")} open files in a process, and here it may have ${most.toLocaleString("en")} (ulimit -Hn; root may raise it: ulimit -Hn ${needed})`;
}
