import { readText } from "../kernel/text-bytes.ts";
import type { Table } from "./store.ts";

/** Passes the heads of all records of a table to a callback, as `Table.eachHead` does, each parsed from its JSON. */
export function eachParsedHead<T, H>(
  table: Table<T>,
  form: () => string,
  of: (value: T) => H,
  look: (key: string, head: H) => void,
): void {
  table.eachHead(form, of, {
    kept: ({ keys, keyStart, keyEnd, heads, headStart, headEnd }) =>
      look(readText(keys, keyStart, keyEnd), JSON.parse(heads.toString("utf8", headStart, headEnd)) as H),
    made: look,
  });
}
