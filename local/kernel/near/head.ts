/** The parts of a message head. */
export interface Head {
  /** The three parts of the first line: method, target and version, or version, status and reason. */
  readonly first: readonly [string, string, string];
  /** Names and values alternating, as in Node's `rawHeaders`. */
  readonly raw: string[];
}

/** Parses a head that Node itself wrote. So it validates nothing and expects nothing unusual. */
export function readHead(head: string): Head {
  let end = head.indexOf("\r\n");
  const line = head.slice(0, end);
  const space = line.indexOf(" ");
  const second = line.indexOf(" ", space + 1);
  const rest = second === -1 ? line.length : second;
  const raw: string[] = [];
  for (let from = end + 2; from < head.length; from = end + 2) {
    end = head.indexOf("\r\n", from);
    if (end === -1 || end === from) break;
    const colon = head.indexOf(":", from);
    raw.push(head.slice(from, colon), head.slice(colon + 1, end).trim());
  }
  return { first: [line.slice(0, space), line.slice(space + 1, rest), line.slice(rest + 1)], raw };
}

/** The value of a header in `rawHeaders`; of the last one if there are several. */
export function headerOf(raw: readonly string[], name: string): string | undefined {
  for (let at = raw.length - 2; at >= 0; at -= 2) if (raw[at]?.toLowerCase() === name) return raw[at + 1];
  return undefined;
}
