import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countRecorded, httpRecordings, recordedInvocations, recordings, recordingsAreThere } from "./recordings.ts";

/** That nothing recorded is left out in silence: which test compares what, how much there is of it, and what no test makes, with the reason. */

/** By recording: how many calls or turns it holds, and the test that goes through all of them. */
const used: Record<string, { count: number; test: string }> = {
  "activityTrigger-fetchThing": { count: 12, test: "trigger-metadata.test.ts" },
  "client-rpc-http": { count: 72, test: "client-recordings.test.ts" },
  "durableClient-binding": { count: 1, test: "management-api.test.ts" },
  "entityTrigger-counter": { count: 23, test: "client-recordings.test.ts" },
  "http-01-start-and-status": { count: 26, test: "recorded-session.test.ts" },
  "http-02-raise-event": { count: 14, test: "recorded-session.test.ts" },
  "http-03-terminate-suspend-resume": { count: 19, test: "recorded-session.test.ts" },
  "http-04-failures-rewind-restart": { count: 20, test: "recorded-session.test.ts" },
  "http-05-list-filters-purge": { count: 20, test: "recorded-session.test.ts" },
  "http-06-entities": { count: 17, test: "recorded-session.test.ts" },
  "http-07-everything": { count: 9, test: "recorded-session.test.ts" },
  "http-08-client-from-app": { count: 38, test: "recorded-session.test.ts" },
  "http-triggers": { count: 212, test: "../functions/http-recordings.test.ts" },
  "orchestrationTrigger-everything": { count: 63, test: "everything.test.ts" },
};

/** Entries that no test makes. */
const leftOut: Record<string, Record<string, string>> = {
  "http-04-failures-rewind-restart": {
    "nonDeterministicAction did not finish":
      "Not a call: the one who recorded stopped waiting for an instance that hangs. The call after it shows that it does.",
  },
};

/** Compared in part only, beside `differing` in recorded-session.test.ts. */
const inPart: Record<string, string> = {
  "client-rpc-http 25, 26, 59":
    "Lists: the fields of their items. Their contents are compared in http-08, which made these calls.",
  "entityTrigger-counter, k-*": "Operations one by one: how they were cut into batches is a matter of time.",
  "orchestrationTrigger-everything, triggerMetadata": "An orchestrator is given none here, as the README says.",
};

/** The entities of `entityTrigger-counter` and the test that looks at what they were given. */
const entities: Record<string, string> = {
  ...{ app: "client-recordings", err: "client-recordings", h1: "client-recordings", h2: "client-recordings" },
  ...{ h3: "client-recordings", h4: "client-recordings" },
  ...{ "k-ev-1": "everything", "k-ev-1795477733492": "everything" },
};

test.skipIf(!recordingsAreThere)("every recording is used, whole", () => {
  expect(recordings().sort()).toEqual(Object.keys(used).sort());
  expect(recordings().filter((name) => name.startsWith("http-0"))).toEqual([...httpRecordings].sort());
  for (const [file, { count }] of Object.entries(used)) {
    const recorded = countRecorded(file);
    expect(recorded.count, file).toBe(count);
    expect(recorded.givenUp, file).toEqual(Object.keys(leftOut[file] ?? {}));
  }
  const keys = recordedInvocations("entityTrigger-counter").map(
    ({ triggerMetadata }) => (triggerMetadata.self?.value as { key: string } | undefined)?.key,
  );
  expect([...new Set(keys)].sort()).toEqual(Object.keys(entities).sort());
});

test("each test that is named here reads the recordings, and each reason is one", () => {
  const files = [
    ...Object.values(used).map(({ test: file }) => file),
    ...Object.values(entities).map((name) => `${name}.test.ts`),
  ];
  for (const file of new Set(files)) {
    expect(readFileSync(join(import.meta.dirname, file), "utf8"), file).toMatch(/from ".*\/recordings\.ts"/);
  }
  const reasons = [...Object.values(leftOut).flatMap((labels) => Object.values(labels)), ...Object.values(inPart)];
  for (const reason of reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
});
