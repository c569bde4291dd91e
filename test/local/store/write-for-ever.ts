import { openLogStore } from "../../../local/store/log-store.ts";

/** Commits pairs of records for ever and prints each number once its commit is acknowledged; a test kills it. */
const store = await openLogStore(process.argv[2] ?? "");
for (let n = 0; ; n++) {
  const committed = store.commit([
    { table: "left", key: String(n), value: n },
    { table: "right", key: String(n), value: n },
  ]);
  if (n % 10 === 9) {
    await committed;
    process.stdout.write(`${n}\n`);
  }
}
