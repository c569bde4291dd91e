import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** The data of a chart, one value for each label. */
export interface Series {
  label: string;
  values: readonly (number | undefined)[];
  /** Name of the custom property with its colour. */
  tone: string;
  as: "bars" | "line";
}

const height = 220;

/**
 * Draws a chart into an element. It is only visual: a table beside it has the same data.
 * @param format formats the values on the axis @returns functions to resize and to remove it
 */
export function plot(
  host: HTMLElement,
  labels: readonly string[],
  series: readonly Series[],
  format: (value: number) => string,
): { resize(width: number): void; remove(): void } {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `600 12px ${style.fontFamily}`;
  const axis = { stroke: colour("--ink-2"), font, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.62, 56], radius: 0.18 });
  const chart = new uPlot(
    {
      width: Math.max(120, host.clientWidth),
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [-0.6, labels.length - 0.4] },
        y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] },
      },
      axes: [
        {
          ...axis,
          size: 34,
          grid: { show: false },
          // Only whole steps, as many as their labels have room for.
          splits: ({ width }) => every(labels.length, Math.max(1, Math.ceil((labels.length * 62) / width))),
          values: (_, splits) => splits.map((at) => labels[at] ?? ""),
        },
        {
          ...axis,
          size: 54,
          grid: { stroke: colour("--line"), width: 1 },
          incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600],
          values: (_, splits) => splits.map(format),
        },
      ],
      series: [
        {},
        ...series.map(({ label, tone, as }) =>
          as === "bars" && bars
            ? { label, fill: colour(tone), width: 0, paths: bars, points: { show: false } }
            : { label, stroke: colour(tone), width: 2.5, points: { show: true, size: 6, fill: colour(tone) } },
        ),
      ],
    },
    [labels.map((_, at) => at), ...series.map(({ values }) => values.map((value) => value ?? null))],
    host,
  );
  return {
    resize: (width) => chart.setSize({ width: Math.max(120, width), height }),
    remove: () => chart.destroy(),
  };
}

function every(count: number, step: number): number[] {
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}
