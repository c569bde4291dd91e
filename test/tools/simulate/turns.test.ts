import { expect, test } from "vitest";
import { Turns } from "../../../tools/simulate/turns.ts";

const turn = () => new Promise<void>((go) => setImmediate(go));

test("nobody has a turn before who dials anew has asked for it, also where the same device asks for something else meanwhile", async () => {
  const turns = new Turns(turn, () => 0.5);
  const [dials, other] = [turns.seat(), turns.seat()];
  const done: string[] = [];
  const ask = (seat: typeof dials, what: string) => seat.inTurn(async () => void done.push(what));
  dials.expects(true);
  const asked = [ask(other, "other"), ask(dials, "scan")];
  for (let n = 0; n < 5; n++) await turn();
  expect(done).toEqual([]);
  asked.push(ask(dials, "live"));
  dials.expects(false);
  await Promise.all(asked);
  // All in one turn, and what one device asks in the order in which it does.
  expect(done.toSorted()).toEqual(["live", "other", "scan"]);
  expect(done.indexOf("scan")).toBeLessThan(done.indexOf("live"));
});
