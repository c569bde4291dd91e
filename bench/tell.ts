/** Takes what a bench has to say, line by line. */
export type Tell = (line: string) => void;

/** To whoever started it. */
export const print: Tell = (line) => void process.stdout.write(`${line}\n`);
