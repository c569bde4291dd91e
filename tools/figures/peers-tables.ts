import { inWords } from "../../bench/machine.ts";
import type { DurableRow, PeerFigures, Spread } from "../../bench/peers/index.ts";

/** The two tables of the comparison with the peers, in Markdown. The first row of each is ours; ratios relate to it. */
export function peersTables({ machine, method, durable, starts }: PeerFigures): string {
  const [ours] = durable;
  const [first] = starts;
  const { rounds, cycles, events, atOnce } = method;
  return [
    `Measured ${inWords(machine)}. In one run, by turns; medians, in brackets the least and the most; a first round was not counted.`,
    `Durable cycles, ${atOnce} at a time: ${rounds} ${rounds === 1 ? "round" : "rounds"}, each of ${number(cycles)} full cycles, then ${number(events)} events to workflows that wait.`,
    [
      "|  | keeps | reached by | cycles a second | beside ours | event → next step, p50 | p99 |",
      "| --- | --- | --- | ---: | ---: | ---: | ---: |",
      ...durable.map((row) => `| ${durableRow(row, ours?.cycles)} |`),
    ].join("\n"),
    `From the command to the first answer: ${method.starts} of each.`,
    [
      "|  | started by; first answer of | seconds | beside ours |",
      "| --- | --- | ---: | ---: |",
      ...starts.map(({ name, how, ms }) => `| ${name} | ${how} | ${seconds(ms)} | ${ratio(ms, first?.ms)} |`),
    ].join("\n"),
  ].join("\n\n");
}

function durableRow({ name, durability, reached, cycles, p50, p99, notRun }: DurableRow, ours?: Spread): string {
  const figures =
    cycles && p50 && p99
      ? [spread(cycles), ratio(cycles, ours), `${spread(p50)} ms`, `${spread(p99)} ms`]
      : [notRun ?? "not run", "", "", ""];
  return [name, durability, reached, ...figures].join(" | ");
}

const number = (value: number) => value.toLocaleString("en");
const spread = ({ median, least, most }: Spread) => `${number(median)} (${number(least)} to ${number(most)})`;
const seconds = ({ median, least, most }: Spread) =>
  `${(median / 1000).toFixed(2)} (${(least / 1000).toFixed(2)} to ${(most / 1000).toFixed(2)})`;
/** The ratio to ours. */
const ratio = (of: Spread, ours?: Spread) =>
  ours === undefined ? "" : `× ${(of.median / ours.median).toPrecision(2)}`;
