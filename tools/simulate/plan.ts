import { weekdays } from "../../contracts/hours.ts";
import { between, chanceFor, oneOf, waitOf } from "../robots/chance.ts";
import { hour, minute, second } from "../robots/habits.ts";
import { planVisit } from "../robots/visit-plan.ts";
import type { Choice } from "./applications.ts";
import type { Day, Deed, Shift, Visit } from "./day.ts";
import type { Fair } from "./fair.ts";
import { planTroubles } from "./troubles.ts";

/** The maximum duration of a fair on the clock, with all consequences; in ms. */
export const slot = 4 * hour;

/** Time zones such that the days cover every time of day, including midnight, and both changes of summer time on both hemispheres. */
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Los_Angeles",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Auckland",
  "America/St_Johns",
  "UTC",
  "Atlantic/Cape_Verde",
  "America/Bogota",
  "Pacific/Gambier",
  "Pacific/Noumea",
  "Asia/Bangkok",
  "Europe/Moscow",
];
/** A stand's last four guests are also the first of the next stand. */
const guests = 12;
const guestsApart = 8;
/** At most fairs people act on a beat: many at the same moment find mistakes that few at separate moments do not, and it costs less. In ms. */
const beats = [1, 5 * second, 15 * second, 15 * second, 15 * second] as const;

/** Half of the fairs have no extensions, which is cheaper. */
const extensions: readonly Choice[] = ["none", "none", "default", "all"];

/**
 * Plans a fair from a seed that begins at a moment (ms), with a day from a seed at each stand. Pure and reproducible. @param share factor for the
 * usual length
 */
export function planFair(seed: number, begins: number, days: readonly number[], share = 1): Fair {
  const of = (what: string) => chanceFor(seed, "fair", what)();
  const closes = Math.round(share * between(of("closes"), 60, 120)) * minute;
  const stands = days.map((day, stand) => planDay(day, stand, begins, closes, share));
  const comings = stands.flatMap(({ visits }) => visits.map(({ at }) => at));
  return {
    seed,
    begins: new Date(begins).toISOString(),
    beat: oneOf(of("beat"), beats),
    closes,
    extensions: oneOf(of("extensions"), extensions),
    stands,
    troubles: planTroubles(seed, closes, days, comings, share),
  };
}

function planDay(seed: number, stand: number, begins: number, closes: number, share: number): Day {
  const of = (what: string) => chanceFor(seed, "day", what)();
  const staff = shifts(seed, closes);
  const timeZone = zoneOf(of("zone"), of("midnight"), begins, closes);
  return {
    seed,
    stand,
    timeZone,
    visits: visits(seed, stand, closes, share),
    shifts: staff,
    deeds: deeds(seed, closes, staff.length, (at) =>
      new Intl.DateTimeFormat("sv", { timeZone, timeStyle: "short" }).format(begins + at),
    ),
  };
}

/** On one day in three, midnight at the stand is in the middle of it, if there is such a zone: then numbers start again. */
function zoneOf(chance: number, midnight: number, begins: number, closes: number): string {
  const dateIn = (timeZone: string, at: number) => new Intl.DateTimeFormat("sv", { timeZone }).format(at);
  const turns = (zone: string) => dateIn(zone, begins + 0.1 * closes) !== dateIn(zone, begins + 0.9 * closes);
  const turning = midnight < 0.35 ? zones.filter(turns) : [];
  return oneOf(chance, turning.length > 0 ? turning : zones);
}

/** Forty to eighty visits, mostly fewer than fifty: a few separate ones, and most in two rushes. */
function visits(seed: number, stand: number, closes: number, share: number): Visit[] {
  const chance = chanceFor(seed, "visits");
  const many = Math.floor(share * between(chance() ** 3, 40, 81));
  const rushes = [chance() * 0.5 * closes, (0.5 + chance() * 0.4) * closes];
  const at = Array.from({ length: many }, () => {
    if (chance() < 0.3) return chance() * closes;
    return Math.min(closes, oneOf(chance(), rushes) + waitOf(chance(), 4 * minute));
  });
  return at
    .sort((a, b) => a - b)
    .map((moment, n) => ({
      ...planVisit(seed, n, 60),
      at: Math.round(moment),
      guest: stand * guestsApart + Math.floor(chance() * guests),
      ...leaves(seed, n),
      ...(chanceFor(seed, "text", n)() < 0.2 && { wantsText: true as const }),
      ...(chanceFor(seed, "insists", n)() < 0.2 && { insists: true as const }),
      ...(chanceFor(seed, "early", n)() < 0.3 && { choosesEarly: true as const }),
    }));
}

/** One visit in twenty ends with the deletion of the customer's data, and one with a sign-out; mostly within a minute. */
function leaves(seed: number, n: number): Pick<Visit, "forgets" | "byAdmin" | "signsOut"> {
  const chance = chanceFor(seed, "forgets", n);
  const asks = chanceFor(seed, "leaves", n);
  if (chance() < 0.05) {
    const forgets = Math.round(waitOf(chance(), minute));
    return asks() < 0.3 ? { forgets, byAdmin: true } : { forgets };
  }
  if (asks() >= 0.05) return {};
  return { signsOut: { after: Math.round(waitOf(asks(), minute)), where: asks() < 0.5 ? "here" : "everywhere" } };
}

/** Two to four shifts; one starts at the beginning, and one lasts until the end. */
function shifts(seed: number, closes: number): Shift[] {
  const chance = chanceFor(seed, "shifts");
  const many = 2 + Math.floor(chance() * 3);
  return Array.from({ length: many }, (_, barista) => {
    const from = barista === 0 ? 0 : Math.round(chance() * 0.4 * closes);
    const to = barista === 1 ? closes + 30 * minute : Math.round(between(chance(), 0.5 * closes, closes + 20 * minute));
    return { barista, from, to };
  });
}

/** @param clock the time of day at the stand, this many ms after its beginning */
function deeds(seed: number, closes: number, baristas: number, clock: (at: number) => string): Deed[] {
  const chance = chanceFor(seed, "deeds");
  const dismissible = notAdmins.filter((barista) => barista < baristas);
  const planned = Array.from({ length: Math.floor(chance() * 6) }, (): Deed[] => {
    const at = Math.round(chance() * closes);
    const kind = Math.floor(chance() * 6);
    if (kind === 0)
      return [
        { at, does: "close" },
        { at: at + Math.round(chance() * 10 * minute), does: "open" },
      ];
    if (kind === 1) return [{ at, does: "pause", minutes: oneOf(chance(), [5, 10, 20] as const) }];
    if (kind === 2) return [{ at, does: "set", settings: oneOf(chance(), settings) }];
    if (kind === 3) return [{ at, does: "spoil" }];
    if (kind === 4) return [{ at, does: "sell-out", drink: Math.floor(chance() * 4) }];
    return [
      {
        at,
        does: "dismiss",
        barista: oneOf(chance(), dismissible),
        lasts: Math.round(between(chance(), 1, 15) * minute),
      },
    ];
  });
  // A small stand on one day in four: then many compete for one place.
  const small = chanceFor(seed, "small");
  if (small() < 0.25) planned.push([{ at: 0, does: "set", settings: { capacity: 2 + Math.floor(small() * 3) } }]);
  const beside = chanceFor(seed, "beside");
  if (beside() < 0.3) planned.push([{ at: 0, does: "set", settings: { readyTexts: true } }]);
  if (beside() < 0.15) planned.push([{ at: Math.round(beside() * closes), does: "recount" }]);
  if (beside() < 0.15) planned.push([doors(beside, closes, clock)]);
  if (beside() < 0.1) planned.push([{ at: Math.round(beside() * closes), does: "replay" }]);
  planned.push(edits(seed, closes), devices(seed, closes, dismissible));
  return planned.flat().sort((a, b) => a.at - b.at);
}

/** Changes of the menu, and closing the stand. */
function edits(seed: number, closes: number): Deed[] {
  const chance = chanceFor(seed, "edits");
  const at = () => Math.round(chance() * closes);
  const lasts = () => Math.round(between(chance(), 0.005, 0.2) * closes);
  return [
    ...(chance() < 0.1 ? [{ at: at(), does: "retire", lasts: lasts() } as const] : []),
    ...(chance() < 0.25
      ? [{ at: at(), does: "take-off", drink: Math.floor(chance() * 8), lasts: lasts() } as const]
      : []),
    ...(chance() < 0.1 ? [{ at: at(), does: "arrange" } as const] : []),
    ...(chance() < 0.25 ? [{ at: at(), does: "run-out", choice: Math.floor(chance() * 4) } as const] : []),
    ...(chance() < 0.1 ? [{ at: at(), does: "make-store", copies: chance() < 0.7 } as const] : []),
  ];
}

/** Changes of sessions and devices. */
function devices(seed: number, closes: number, dismissible: readonly number[]): Deed[] {
  const chance = chanceFor(seed, "devices");
  const [at, lasts] = [chance(), between(chance(), 0.005, 0.1)].map((part) => Math.round(part * closes)) as [
    number,
    number,
  ];
  if (chance() < 0.15) return [{ at, does: "sign-out", barista: oneOf(chance(), dismissible), lasts }];
  return chance() < 0.2 ? [{ at, does: "pair", lasts: 3 * lasts }] : [];
}

/** Opening hours by which the stand closes automatically for some minutes, within an hour at the latest, and opens again. */
function doors(chance: () => number, closes: number, clock: (at: number) => string): Deed {
  const at = Math.round(chance() * 0.6 * closes);
  const shuts = at + Math.round(chance() * hour);
  const span = { opens: clock(shuts + Math.round(between(chance(), 5, 20)) * minute), closes: clock(shuts) };
  const week = Object.fromEntries(weekdays.map((day) => [day, [span]]));
  return { at, does: "set", settings: { hours: { week } } };
}

/** The second at the bar is the admin, who cannot be dismissed. */
const notAdmins = [0, 2, 3];

const settings = [
  { capacity: 3 },
  { capacity: 40 },
  { scansPerCode: 2 },
  { codeMinutes: 3 },
  { choosingMinutes: 1 },
  { makingMinutes: 4 },
  { notFetchedMinutes: 2 },
  { ordersPerDay: 2 },
  { openOrdersPerCustomer: 2 },
  { timeZone: "Asia/Kolkata" },
  { agingMinutes: 1, lateMinutes: 3 },
];
