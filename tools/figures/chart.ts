import type { Grown, GrowthFigures } from "./growth.ts";

const size = { width: 420, height: 260, left: 64, top: 64, between: 56 };
const whole = { width: 2 * (size.left + size.width) + size.between + 24, height: size.top + size.height + 92 };

/** One of the two panels: its values, and their labels. */
interface Panel {
  title: string;
  of(grown: Grown): number;
  say(value: number): string;
}
const panels: Panel[] = [
  { title: "Start, seconds", of: (grown) => grown.startSeconds, say: (value) => String(value) },
  { title: "Memory, MB", of: (grown) => grown.memoryMB, say: (value) => value.toLocaleString("en") },
];

/**
 * docs/figures/growth.svg: start time and memory by the number of orders, before and now. Each line has its own marks and its name, so that colour is
 * never the only difference.
 */
export function growthChart({ now, before }: GrowthFigures): string {
  const most = Math.max(...[...now, ...before].map(({ orders }) => orders));
  const drawn = panels.map((panel, at) => {
    const left = size.left + at * (size.left + size.width + size.between) - at * 8;
    const top = niceTop(Math.max(...[...now, ...before].map(panel.of)));
    const x = (orders: number) => round(left + (orders / most) * size.width);
    const y = (value: number) => round(size.top + size.height * (1 - value / top));
    return [
      text("title", left - 40, 40, panel.title),
      ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
        const value = top * share;
        return `<line class="grid" x1="${left}" y1="${y(value)}" x2="${left + size.width}" y2="${y(value)}"/>\n${text("scale", left - 10, y(value) + 4.5, panel.say(value), "end")}`;
      }),
      ...scaleOf(most).map((orders) =>
        text("scale", x(orders), size.top + size.height + 24, orders.toLocaleString("en"), "middle"),
      ),
      ...line("before", before, (grown) => [x(grown.orders), y(panel.of(grown))]),
      ...line("now", now, (grown) => [x(grown.orders), y(panel.of(grown))]),
    ].join("\n");
  });
  const foot = whole.height - 24;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" width="${whole.width}" height="${whole.height}" role="img" aria-labelledby="title">`,
    '<title id="title">How the start and the memory of a stand grow with the orders that it has taken, before and now</title>',
    style,
    `<rect class="paper" width="${whole.width}" height="${whole.height}" rx="14"/>`,
    ...drawn,
    text("scale", 24, foot, "orders taken"),
    legend("before", 170, foot, "before (commit 6091da8)"),
    legend("now", 450, foot, now.length === 0 ? "now (not measured yet)" : "now"),
    "</svg>",
  ].join("\n")}\n`;
}

function line(name: "before" | "now", points: Grown[], place: (grown: Grown) => [number, number]): string[] {
  const places = points.map(place);
  const path = `<polyline class="${name} line" points="${places.map(([x, y]) => `${x},${y}`).join(" ")}"/>`;
  return [...(places.length > 1 ? [path] : []), ...places.map(([x, y]) => mark(name, x, y))];
}

/** A square for before, a circle for now. */
const mark = (name: "before" | "now", x: number, y: number) =>
  name === "before"
    ? `<rect class="before mark" x="${round(x - 5)}" y="${round(y - 5)}" width="10" height="10"/>`
    : `<circle class="now mark" cx="${x}" cy="${y}" r="5.5"/>`;

const legend = (name: "before" | "now", x: number, y: number, words: string) =>
  `<line class="${name} line" x1="${x}" y1="${y - 5}" x2="${x + 36}" y2="${y - 5}"/>\n${mark(name, x + 18, y - 5)}\n${text("name", x + 46, y, words)}`;

const text = (name: string, x: number, y: number, words: string, anchor = "start") =>
  `<text class="${name}" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;

/** The smallest of 1, 2, 4, 8 and their multiples by powers of ten that is at least the value, so that its quarters are short numbers. */
function niceTop(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value));
  return ten * ([1, 2, 4, 8, 10].find((times) => times * ten >= value) ?? 10);
}

/** Fifths of all orders, which are round if the number of orders is. */
const scaleOf = (most: number) => [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.round(most * share));

const round = (value: number) => Math.round(value * 10) / 10;

const style = `<style>
svg { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.paper { fill: #fbf6ee; } .title, .name { fill: #2b1b12; font-weight: 600; } .scale { fill: #6b5647; font-size: 13px; }
.grid { stroke: #e0d3c1; } .line { fill: none; stroke: currentColor; stroke-width: 2.5; } .mark { fill: #fbf6ee; stroke: currentColor; stroke-width: 3; }
.before { color: #a8611c; stroke-dasharray: none; } .before.line { stroke-dasharray: 7 5; } .now { color: #1c7a57; }
@media (prefers-color-scheme: dark) {
.paper, .mark { fill: #1d120c; } .title, .name { fill: #f3e9da; } .scale { fill: #b9a48f; } .grid { stroke: #3c2b20; }
.before { color: #e0954a; } .now { color: #56c197; }
}
</style>`;
