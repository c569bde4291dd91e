let waiting = "";

/** Prints a line of JSON, together with all others of the same turn. Each write costs as much as a message, and would distort the measurement. */
export function say(line: unknown): void {
  if (waiting === "") setImmediate(print);
  waiting += `${JSON.stringify(line)}\n`;
}

function print(): void {
  process.stdout.write(waiting);
  waiting = "";
}
