import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { type CremaEvent, parseEvent } from "../../contracts/events.ts";
import { UsageError } from "./command.ts";

/** The events in a file of lines, as `export` writes them. @throws UsageError when there is no such file, Error with the line that is no event */
export async function* eventsIn(file: string): AsyncGenerator<CremaEvent> {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  let number = 0;
  let before = "";
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === "") continue;
    const event = eventOn(line, `${file}:${number}`);
    if (event.time < before)
      throw new Error(
        `${file}:${number}: the event is of ${event.time}, and the one before it of ${before}; a file is in the order of time.`,
      );
    before = event.time;
    yield event;
  }
}

function eventOn(line: string, where: string): CremaEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: this is not JSON: ${(error as Error).message}`);
  }
  const parsed = parseEvent(value);
  if ("event" in parsed) return parsed.event;
  throw new Error(
    `${where}: this is no event: ${parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ")}`,
  );
}
