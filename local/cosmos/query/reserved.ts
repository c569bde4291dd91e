/**
 * The words that the grammar of the NoSQL API keeps to itself (the keywords of `sql.g4` of the .NET SDK): no alias, no
 * name of a source and no property after a dot can be one of them; `c["order"]` can. LEFT and RIGHT are functions too.
 */
const words = new Set(
  (
    "AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FALSE FROM GROUP IN JOIN LEFT LIKE LIMIT NOT NULL OFFSET OR " +
    "ORDER RIGHT SELECT TOP TRUE UDF UNDEFINED VALUE WHERE"
  ).split(" "),
);

/** Whether a name, in any case, is a word of the language and cannot name anything. */
export const isReserved = (name: string): boolean => words.has(name.toUpperCase());
