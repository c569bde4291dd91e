import { expect, test } from "vitest";
import { configDocument } from "../../contracts/documents.ts";
import { problemsOf } from "../../contracts/events.ts";
import { weekdays } from "../../contracts/hours.ts";
import { cancelRequest } from "../../contracts/http.ts";
import { drink, person, store } from "../functions/config/documents.ts";

const milk = {
  id: "milk",
  name: "Milk\u202e",
  choose: "one",
  choices: [{ id: "oat", name: "O\u200bat" }],
  default: "oat",
};

test("every text that a person gives is tidied: names of stores, drinks, options, choices and people, descriptions and notes", () => {
  expect(configDocument.parse(store({ name: " Main\u2066\tstand " }))).toMatchObject({ name: "Main stand" });
  expect(configDocument.parse({ ...person("+14255550101", ["barista"]), name: "Be\u0000a\u0301" })).toMatchObject({
    name: "Beá",
  });
  const told = configDocument.parse(drink("latte", { name: "La\u00adtte", description: "\u200b", options: [milk] }));
  expect(told).toMatchObject({
    name: "Latte",
    description: "",
    options: [{ name: "Milk", choices: [{ name: "Oat" }] }],
  });
  expect(cancelRequest.parse({ note: "no\r\nmilk\u2028" })).toEqual({ note: "no milk" });
});

test.each([
  [store({ name: "\u3164" }), "name is empty"],
  [drink("latte", { name: "\u2800\u200b" }), "name is empty"],
  [drink("latte", { name: `Z${"\u0327".repeat(20)}` }), "name stacks too many marks on one letter"],
  [drink("latte", { description: "☕".repeat(81) }), "description is longer than 80 characters"],
  [drink("latte", { name: "x".repeat(1_000_000) }), "name is longer than 40 characters"],
  [{ ...person("+14255550101", ["barista"]), name: "\u202e" }, "name is empty"],
  [store({ timeZone: "+01:00" }), "timeZone is not the name of a time zone, such as Europe/Berlin"],
  [{ ...person("+14255550101", ["barista", "barista"]) }, "roles has the same role twice"],
  [drink("latte", { options: [{ ...milk, id: "m".repeat(61) }] }), "options[0].id is longer than 60 characters"],
  [
    drink("latte", { options: [{ ...milk, choose: "any", choices: [{ id: "o".repeat(201), name: "Oat" }] }] }),
    "options[0].choices[0].id is longer than 60 characters",
  ],
])(
  "what cannot be seen, covers what stands beside it, or could not be ordered is refused by name (%#)",
  (document, problem) => {
    const parsed = configDocument.safeParse(document);
    expect(parsed.error && problemsOf(parsed.error).map(({ path, message }) => `${path} ${message}`)).toContain(
      problem,
    );
  },
);

const span = (opens: string, closes: string) => ({ opens, closes });
const hours = (monday: object[], more: object = {}) =>
  store({ hours: { week: { ...Object.fromEntries(weekdays.map((day) => [day, []])), monday }, ...more } });

test.each([
  [hours([span("8:00", "18:00")]), "hours.week.monday[0].opens must be a time of day, such as 08:30"],
  [hours([span("08:00", "24:00")]), "hours.week.monday[0].closes must be a time of day, such as 08:30"],
  [
    hours([span("08:00", "12:00"), span("11:59", "18:00")]),
    "hours.week.monday[1].opens must not be before the time above it is over",
  ],
  [
    hours([span("18:00", "02:00"), span("20:00", "22:00")]),
    "hours.week.monday[1].opens must not be before the time above it is over",
  ],
  [
    hours([span("08:00", "08:10")], { lastOrdersMinutes: 10 }),
    "hours.week.monday[0] is over at last orders, 10 minutes before closing, before it begins",
  ],
  [
    hours([], { exceptions: [{ date: "2026-02-30", spans: [] }] }),
    "hours.exceptions[0].date must be a day, such as 2026-12-25",
  ],
  [
    hours([], {
      exceptions: [
        { date: "2026-12-25", spans: [] },
        { date: "2026-12-25", spans: [] },
      ],
    }),
    "hours.exceptions[1].date is there twice",
  ],
  [store({ pause: { until: "soon" } }), "pause.until Invalid ISO datetime"],
])("hours that cannot be followed are refused with the place and what would be right (%#)", (document, problem) => {
  const parsed = configDocument.safeParse(document);
  expect(parsed.error && problemsOf(parsed.error).map(({ path, message }) => `${path} ${message}`)).toEqual([problem]);
});

test("hours of a whole day, of a break at noon and of a night are good", () => {
  for (const spans of [
    [span("00:00", "00:00")],
    [span("08:00", "12:00"), span("12:00", "18:00")],
    [span("18:00", "02:00")],
  ])
    expect(configDocument.safeParse(hours(spans)).success).toBe(true);
});

test("a note of nothing that can be seen is none", () => {
  expect(cancelRequest.safeParse({ note: "\u200b \u2060" }).success).toBe(false);
});
