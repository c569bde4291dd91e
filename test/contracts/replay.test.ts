import fc from "fast-check";
import { expect, test } from "vitest";
import { type CremaEvent, eventTypes, parseEvent } from "../../contracts/events.ts";
import { asFirstTold, toldAgain } from "../../contracts/replay.ts";
import { isLive, live, replaysOf, replayTargets } from "../../infra/replays.ts";
import { compileFilter } from "../../local/eventgrid/filters.ts";
import { committedSamples } from "../../tools/generate-contracts.ts";
import { resources } from "../../tools/stand-options.ts";

const samples = [...(await committedSamples()).values()].map((text) => JSON.parse(text) as CremaEvent);
const sample = fc.constantFrom(...samples);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{2,20}$/);
const declared = resources.eventGrid?.subscriptions ?? [];

test("an event told again is the event it was, once its subject is as it was told first", () => {
  fc.assert(
    fc.property(sample, name, name, (event, run, subscription) => {
      const again = toldAgain(event, run, subscription);
      expect(asFirstTold(again)).toEqual({ ...event, replay: run });
      // As it comes, it is no event of the stand: whoever does not know of replays refuses it.
      expect(parseEvent(again)).toMatchObject({ problems: [{ path: "subject" }] });
      expect(asFirstTold(event)).toEqual(event);
    }),
  );
});

test("whatever is told again is heard by the subscription that it names, and by none that hears what happens", () => {
  const targets = replayTargets(declared);
  expect(targets.size).toBeGreaterThan(0);
  for (const event of samples) {
    for (const [target, types] of targets) {
      const again = toldAgain(event, "run", target);
      const hearers = declared.filter(({ filter }) => compileFilter(filter)(again)).map((each) => each.name);
      expect(hearers).toEqual(types === undefined || types.includes(event.type) ? [`${target}-replays`] : []);
    }
    const hearers = declared.filter(({ filter }) => compileFilter(filter)(event));
    expect(hearers.every(isLive)).toBe(true);
  }
});

test("no filter of the core is one that Event Grid charges for", () => {
  for (const { name, filter } of declared) expect(filter?.advancedFilters, name).toBeUndefined();
});

test("any subscription gets its twin for replays by the same rule", () => {
  const types = fc.option(fc.subarray([...eventTypes], { minLength: 1 }), { nil: undefined });
  const within = fc.constantFrom(undefined, "stores/main/orders/");
  fc.assert(
    fc.property(name, types, within, sample, (own, includedEventTypes, subjectBeginsWith, event) => {
      const filter = {
        ...(includedEventTypes && { includedEventTypes }),
        ...(subjectBeginsWith && { subjectBeginsWith }),
      };
      const [hears, twin] = [live({ name: own, filter }), replaysOf({ name: own, filter })];
      const [now, again] = [compileFilter(hears.filter), compileFilter(twin.filter)];
      expect(again(toldAgain(event, "run", own))).toBe(now(event));
      expect(now(toldAgain(event, "run", own))).toBe(false);
      expect(again(event)).toBe(false);
      expect(again(toldAgain(event, "run", `${own}x`))).toBe(false);
      expect([...replayTargets([hears, twin]).keys()]).toEqual([own]);
    }),
  );
  expect(() => live({ name: "own", filter: { subjectBeginsWith: "replays/" } })).toThrow('begin with "stores/"');
});
