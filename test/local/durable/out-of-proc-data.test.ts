import { expect, test } from "vitest";
import { splitFailure } from "../../../local/durable/out-of-proc-data.ts";

const failure = (state: unknown) => `false\n\n$OutOfProcData$:${JSON.stringify(state)}`;

test("the words of a failure are those of its state, without what the exception of .NET says behind them", () => {
  const words = "Activity function 'tea' failed:  no tea here";
  expect(splitFailure(failure({ error: words })).words).toBe(words);
  expect(splitFailure(failure({ error: `${words} \n {"$type":"System.Exception"}` })).words).toBe(words);
  for (const state of [null, [], "text", {}, { error: 5 }]) expect(splitFailure(failure(state)).words).toBe("false");
  expect(splitFailure("no state")).toEqual({ words: "no state" });
});

// What an application throws may be of any length, and was looked through once for each space in it.
test("the words of a failure with much white space are found at once", () => {
  for (const space of [" ", "\n"]) {
    const words = `no tea${space.repeat(1_000_000)}here`;
    expect(splitFailure(failure({ error: words })).words).toBe(words);
  }
});
