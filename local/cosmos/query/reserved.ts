/**
 * The reserved words of the NoSQL API's grammar (the keywords of `sql.g4` of the .NET SDK). An alias, the name of a source and a property after a dot
 * cannot be one of them; `c["order"]` can. LEFT and RIGHT are functions, too.
 */
const words = new Set(
  (
    "AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FALSE FROM GROUP IN JOIN LEFT LIKE LIMIT NOT NULL OFFSET OR " +
    "ORDER RIGHT SELECT TOP TRUE UDF UNDEFINED VALUE WHERE"
  ).split(" "),
);

/** Whether a name, in any case, is a reserved word and cannot name anything. */
export const isReserved = (name: string): boolean => words.has(name.toUpperCase());
