import type { EventType } from "../../contracts/events.ts";
import { byTeller, screens, screensOf, subscribers } from "./hearers.ts";

/** A picture of the flow of events: a line for each event, from its publisher to its receivers, with a stop at each. */

const row = 28;
/** A column has the width of its name, in a bold letter of 14 px, but at least this. */
const column = 92;
const letter = 8.4;
/** Where the labels of events end and the lines begin. */
const begin = 300;
const top = 118;
const between = 22;
const margin = 24;

interface Column {
  name: string;
  hears(type: EventType): boolean;
}

const shown = (type: EventType) => type.replace(/^crema\./, "").replace(/\.v1$/, "");
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** The map as SVG. Its colours follow the reader's light or dark scheme. */
export function mapOfEvents(): string {
  const tellers = [...byTeller()];
  const functions: Column[] = subscribers();
  const apps: Column[] = screens.map((name) => ({ name, hears: (type) => screensOf(type).includes(name) }));
  const columns = [...functions, ...apps];
  const widths = columns.map(({ name }) => Math.max(column, Math.ceil(name.length * letter) + 16));
  const middles = widths.map(
    (own, index) =>
      widths.slice(0, index).reduce((sum, each) => sum + each, 0) + own / 2 + (index < functions.length ? 0 : 26),
  );
  const x = (index: number) => begin + 6 + (middles[index] ?? 0);
  const rows = tellers.flatMap(([, types]) => types).length;
  const height = top + rows * row + (tellers.length - 1) * between + margin;
  const width = x(columns.length - 1) + 60;

  let y = top;
  const groups = tellers.map(([teller, types], number) => {
    const first = y;
    const lines = types.map((type) => {
      const at = y + row / 2;
      y += row;
      return lineOf(type, at, columns, x);
    });
    const bar = `<rect class="bar" x="${margin}" y="${first + 3}" width="5" height="${y - first - 6}" rx="2.5"/>`;
    const name = `<text class="teller" x="${margin + 16}" y="${first + row / 2 + 5}">${escaped(teller)}</text>`;
    y += between;
    return `<g class="t${number % 4}">\n${[bar, name, ...lines].join("\n")}\n</g>`;
  });
  const tracks = columns.map(
    ({ name }, index) =>
      `<line class="track" x1="${x(index)}" y1="${top - 10}" x2="${x(index)}" y2="${height - margin}"/>\n` +
      `<text class="hearer" x="${x(index)}" y="${top - 22}">${escaped(name)}</text>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Which service publishes which events, and which functions and screens receive them</title>',
    style,
    `<rect class="paper" width="${width}" height="${height}" rx="14"/>`,
    head(begin - 24, top - 22, "an event", "end"),
    head(margin, top - 22, "published by", "start"),
    head(middle(x, 0, functions.length - 1), 44, "received by functions", "middle"),
    head(middle(x, functions.length, columns.length - 1), 44, "and from the publisher by screens", "middle"),
    ...tracks,
    ...groups,
    "</svg>",
  ].join("\n")}\n`;
}

const middle = (x: (index: number) => number, first: number, last: number) => (x(first) + x(last)) / 2;
const head = (x: number, y: number, text: string, anchor: string) =>
  `<text class="head" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

function lineOf(type: EventType, y: number, columns: Column[], x: (index: number) => number): string {
  const stops = columns.flatMap(({ hears }, index) => (hears(type) ? [x(index)] : []));
  const label = `<text class="event" x="${begin - 24}" y="${y + 4.5}">${escaped(shown(type))}</text>`;
  const start = `<circle class="start" cx="${begin - 8}" cy="${y}" r="3.5"/>`;
  const end = stops.at(-1);
  if (end === undefined) return `${label}\n${start}`;
  const line = `<line class="line" x1="${begin - 8}" y1="${y}" x2="${end}" y2="${y}"/>`;
  return [label, line, start, ...stops.map((stop) => `<circle class="stop" cx="${stop}" cy="${y}" r="6.5"/>`)].join(
    "\n",
  );
}

const style = `<style>
svg { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.paper { fill: #fbf6ee; } .head { fill: #6b5647; font-size: 13px; } .hearer { fill: #2b1b12; text-anchor: middle; font-weight: 600; }
.teller { fill: #2b1b12; font-weight: 600; } .event { fill: #2b1b12; text-anchor: end; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
.track { stroke: #e0d3c1; stroke-width: 2; } .line { stroke: currentColor; stroke-width: 2.5; } .start { fill: currentColor; } .bar { fill: currentColor; }
.stop { fill: #fbf6ee; stroke: currentColor; stroke-width: 3.5; }
.t0 { color: #a8611c; } .t1 { color: #1c7a57; } .t2 { color: #3f5fa8; } .t3 { color: #8a3d72; }
@media (prefers-color-scheme: dark) {
.paper, .stop { fill: #1d120c; } .head { fill: #b9a48f; } .hearer, .teller, .event { fill: #f3e9da; } .track { stroke: #3c2b20; }
.t0 { color: #e0954a; } .t1 { color: #56c197; } .t2 { color: #8fabee; } .t3 { color: #d98fc2; }
}
</style>`;
