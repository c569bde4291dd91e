import type { Ids } from "../kernel/ids.ts";
import type { Account } from "./account.ts";
import type { ChangeFeedSource } from "./change-feed.ts";
import { readFeed, readPosition, readVersions } from "./feed.ts";
import { keyOf, keyText } from "./partition-key.ts";
import type { Json } from "./query/values.ts";
import { Transaction } from "./transaction.ts";

/** Gives the functions host in the same process access to the change feed and to single items. */
export function feedSource(account: Account, ids: Ids): ChangeFeedSource {
  return {
    readChanges(database, name, position, max) {
      const container = account.container(database, name);
      const after =
        position === "beginning" ? 0 : position === "now" ? container.lsn : readPosition(position, container);
      const { documents, position: last, more } = readFeed(container, container.ranges, after, max);
      const causes = container.origins.of(documents.map(({ _lsn }) => Number(_lsn)));
      return { documents, position: String(last), more, causes };
    },
    readVersions(database, name, position, max) {
      const container = account.container(database, name);
      const after = position === "now" ? container.lsn : readPosition(position, container);
      const { documents, position: last, more } = readVersions(container, after, max);
      const causes = container.origins.of(documents.map(({ metadata }) => Number((metadata as { lsn: number }).lsn)));
      return { documents, position: String(last), more, causes };
    },
    onChange: (database, name, listener) => account.container(database, name).onChange(listener),
    onMade: (database, name, listener) => account.onMade(database, name, listener),
    partitionKeyOf: (database, name) => account.container(database, name).definition.partitionKey.paths,
    ridOf: (database, name) => account.container(database, name).definition._rid,
    readItem: (database, name, id, partitionKey) =>
      account.container(database, name).item(keyText([partitionKey]), id)?.doc,
    async upsertItem(database, name, item) {
      const container = account.container(database, name);
      const document = item as { [name: string]: Json };
      const transaction = new Transaction(container, ids, keyOf(document, container.definition.partitionKey));
      transaction.upsert(document);
      await transaction.commit();
    },
    async createIfNotExists(database, id, path) {
      const owner = account.databases.get(database) ?? (await account.createDatabase({ id: database }));
      if (owner.containers.has(id)) return;
      await account.createContainer(owner, { id, partitionKey: { paths: [path], kind: "Hash", version: 2 } });
    },
  };
}
