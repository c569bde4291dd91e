import type { Change, Store } from "../../../local/store/store.ts";
import { Tables } from "../../../local/store/tables.ts";

/** What lies on a disk: survives the stores that are opened over it. */
export class Disk {
  tables = new Tables();

  /**
   * A store that ends like a killed process: after `commits` more commits nothing reaches the disk and nothing is answered any more.
   * `crashed` resolves when the first commit is lost.
   */
  open(commits = Number.POSITIVE_INFINITY): { store: Store; crashed: Promise<void> } {
    const tables = new Tables();
    tables.apply([...this.tables.changes()].map(throughJson));
    let left = commits;
    let crash = (): void => undefined;
    const crashed = new Promise<void>((resolve) => {
      crash = resolve;
    });
    const commit = (changes: readonly Change[]): Promise<void> => {
      // In memory a change is there before it is on the disk.
      tables.apply(changes);
      if (left <= 0) {
        crash();
        return new Promise(() => undefined);
      }
      left--;
      this.tables.apply(changes.map(throughJson));
      return Promise.resolve();
    };
    const store: Store = {
      table: <T>(name: string) => tables.table<T>(name),
      tables: () => tables.names(),
      commit,
      makeRoom: () => undefined,
      problem: () => undefined,
      close: async () => undefined,
    };
    return { store, crashed };
  }
}

const throughJson = ({ table, key, value }: Change): Change => ({
  table,
  key,
  value: value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown),
});
