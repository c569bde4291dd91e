type Wave = "sine" | "triangle" | "sawtooth";

/** One note of a tone: its start and duration (s), frequency (Hz) and waveform. */
interface Note {
  at: number;
  lasts: number;
  hertz: number;
  wave: Wave;
}

const row = (wave: Wave, lasts: number, step: number, ...hertz: number[]): Note[] =>
  hertz.map((one, n) => ({ at: n * step, lasts, hertz: one, wave }));

/** The tones that a tablet can play: synthesised, so that there is no file to load. They differ in waveform and rhythm too, not only in pitch. */
export const tones = {
  chime: row("sine", 0.35, 0.16, 784, 1047),
  bell: [...row("sine", 1.1, 0, 880), ...row("sine", 0.7, 0, 2217)],
  knock: row("triangle", 0.09, 0.14, 220, 220, 220),
  drop: row("sine", 0.16, 0.1, 1319, 988, 659),
  horn: row("sawtooth", 0.32, 0.42, 233, 233),
} as const satisfies Record<string, readonly Note[]>;
export type Tone = keyof typeof tones;
export const toneNames = Object.keys(tones) as Tone[];

/** The events with a sound: a new order, and one that has become late. */
export const kinds = ["fresh", "late"] as const;
export type Kind = (typeof kinds)[number];

/** A barista's choice: a tone for each event, or none, and the volume, from 0 to 100. */
export type Choice = Record<Kind, Tone | "off"> & { volume: number };

const usual: Choice = { fresh: "chime", late: "horn", volume: 60 };

/** The choice that was stored on the device, as far as it is valid. The former setting was on or off. */
export function choiceFrom(kept: unknown, before?: unknown): Choice {
  const quiet = before === false ? ({ fresh: "off", late: "off" } as const) : {};
  if (typeof kept !== "object" || kept === null) return { ...usual, ...quiet };
  const { fresh, late, volume } = kept as Record<string, unknown>;
  return {
    fresh: isTone(fresh) ? fresh : usual.fresh,
    late: isTone(late) ? late : usual.late,
    volume: typeof volume === "number" && volume >= 0 && volume <= 100 ? volume : usual.volume,
  };
}

function isTone(value: unknown): value is Tone | "off" {
  return value === "off" || (typeof value === "string" && Object.hasOwn(tones, value));
}
