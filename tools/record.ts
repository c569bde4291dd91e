import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { commandLine } from "./events/command-line.ts";
import { terminal } from "./events/terminal.ts";
import { ourRecording } from "./player/our-recording.ts";
import { liveMorning } from "./robots/morning.ts";
import { optionsOf } from "./say-usage.ts";

/** Regenerates the recording in the repository: robots simulate a morning, and its events are exported. Exit code 1 if a robot met an error. */
optionsOf(
  `npm run record
  writes recordings/morning.ndjson.gz anew; it takes no options`,
  {},
);
const lines: string[] = [];
const io = { ...terminal(), out: (line: string) => void lines.push(line) };
let code = 1;
const tables = await liveMorning(async ({ controlUrl }) => {
  code = await commandLine(["export", "--since", "1d", "--at", controlUrl], io);
});
for (const table of tables) process.stdout.write(`${table}\n\n`);
if (code === 0) {
  const text = `${lines.join("\n")}\n`;
  writeFileSync(ourRecording, gzipSync(text, { level: 9 }));
  process.stdout.write(`${ourRecording}: ${lines.length} events, ${text.length} bytes\n`);
}
process.exitCode = code === 0 && tables.every((table) => table.includes("Errors: none")) ? 0 : 1;
