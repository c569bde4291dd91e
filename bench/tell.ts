/** Receives the output of a bench, line by line. */
export type Tell = (line: string) => void;

/** Prints to standard output. */
export const print: Tell = (line) => void process.stdout.write(`${line}\n`);
