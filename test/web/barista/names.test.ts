import { expect, test } from "vitest";
import type { OrderReply } from "../../../contracts/http.ts";
import { Names } from "../../../web/barista/names.svelte.ts";
import { order } from "./orders.ts";

const named = (id: string) => order({ id, counter: { named: true } });

function start(answers: Record<string, string | undefined>) {
  const asked: string[] = [];
  const names = new Names({
    order: async (id) => {
      asked.push(id);
      if (!(id in answers)) throw new Error("no answer");
      return { order: named(id), ...(answers[id] && { name: answers[id] }), now: "" } as OrderReply;
    },
  });
  return { asked, names };
}

test("a name comes with the list, with what is placed here, or is asked for, once, where an order comes by a push", async () => {
  const { asked, names } = start({ pushed: "Bo", gone: undefined });
  names.from({ names: { listed: "Ana" } }, "board");
  names.take("placed", "Cem");
  const phone = order({ id: "phone" });
  const all = [named("listed"), named("placed"), named("pushed"), named("gone"), phone];
  for (let times = 0; times < 3; times++) names.watch(all);
  await Promise.resolve();
  for (let times = 0; times < 3; times++) names.watch(all);
  expect(asked).toEqual(["pushed", "gone"]);
  expect(all.map((one) => names.of(one))).toEqual(["Ana", "Cem", "Bo", undefined, undefined]);
});

test("what got no answer is asked for again; the next list takes the place of all there were", async () => {
  const { asked, names } = start({});
  names.watch([named("pushed")]);
  await new Promise(setImmediate);
  names.watch([named("pushed"), order({ id: "over", state: "collected", counter: { named: true } })]);
  expect(asked).toEqual(["pushed", "pushed"]);
  names.from({ names: { old: "Ana" } }, "past");
  expect(names.of(named("old"))).toBe("Ana");
  names.from({}, "board");
  expect(names.of(named("old"))).toBeUndefined();
});
