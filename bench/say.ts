let waiting = "";

/** Prints a line of JSON, with all others of the same turn: each time that something is written costs as much as a message, and would be measured with what is. */
export function say(line: unknown): void {
  if (waiting === "") setImmediate(print);
  waiting += `${JSON.stringify(line)}\n`;
}

function print(): void {
  process.stdout.write(waiting);
  waiting = "";
}
