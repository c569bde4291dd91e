import { createReadStream, readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { quotable } from "../../contracts/bounded.ts";
import { type CremaEvent, type EventType, eventTypes, parseEvent } from "../../contracts/events.ts";
import { UsageError } from "../say-usage.ts";

/**
 * The events in a file of lines, as `export` writes them, compressed with gzip if its name ends with .gz.
 * @param passOver called with each event of an unknown type and its location, to skip such events; if missing, they count as invalid
 * @throws UsageError if there is no such file, Error with the line that is no event
 */
export async function* eventsIn(
  file: string,
  passOver?: (type: string, where: string) => void,
): AsyncGenerator<CremaEvent> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new UsageError(`There is no file ${file}.`);
  let number = 0;
  let before = "";
  for await (const written of linesOf(file)) {
    // Some editors write a byte order mark.
    const line = number++ === 0 ? written.replace(/^\uFEFF/, "") : written;
    if (line.trim() === "") continue;
    const where = `${file}:${number}`;
    const value = jsonOn(line, where);
    const unknown = passOver && unknownType(value);
    if (unknown !== undefined) {
      passOver?.(unknown, where);
      continue;
    }
    const event = eventOf(value, where);
    if (event.time < before)
      throw new Error(
        `${where}: the event is of ${event.time}, and the one before it of ${before}; a file is in the order of time.`,
      );
    before = event.time;
    yield event;
  }
}

function linesOf(file: string): AsyncIterable<string> | Iterable<string> {
  if (!file.endsWith(".gz")) {
    return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  }
  try {
    return gunzipSync(readFileSync(file)).toString("utf8").split(/\r?\n/);
  } catch (error) {
    throw new Error(`${file} is not packed with gzip, as its name says, or is cut off: ${(error as Error).message}`);
  }
}

function jsonOn(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: this is not JSON: ${(error as Error).message}`);
  }
}

/** The unknown type of a value that otherwise is one of our events; `undefined` if the type is known, or is not ours at all. */
function unknownType(value: unknown): string | undefined {
  const { specversion, type } = (value ?? {}) as { specversion?: unknown; type?: unknown };
  if (specversion !== "1.0" || typeof type !== "string" || !/^crema(\.[a-z-]+)+\.v\d+$/.test(type)) return undefined;
  return eventTypes.includes(type as EventType) ? undefined : quotable(type, 80);
}

function eventOf(value: unknown, where: string): CremaEvent {
  const parsed = parseEvent(value);
  if ("event" in parsed) return parsed.event;
  throw new Error(
    `${where}: this is no event: ${parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ")}`,
  );
}
