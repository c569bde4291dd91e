import type { ChangeFeedSource } from "../../cosmos/change-feed.ts";
import { unfindable } from "../../kernel/app-settings.ts";
import { isTooDeep } from "../../kernel/json-net.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { OpenSpan } from "../../recorder/recorder.ts";
import { cosmosHere, declaredContainer, formerName } from "../bindings/local-services.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import { runWithRetries } from "../retry.ts";
import { CosmosLease, type Place } from "./cosmos-lease.ts";
import { dotnetDateText, withDotnetDates } from "./dotnet-dates.ts";
import type { Trigger } from "./trigger.ts";

const defaultBatch = 100;

/**
 * A change feed trigger. Batches go to the function in sequence, so the order within a partition key is kept. After each batch, including one that
 * has finally failed, the position is written into its lease. Without a retry policy a failed batch is therefore lost, as on Azure.
 */
export class CosmosTrigger implements Trigger {
  readonly #parts: Parts;
  readonly #definition: FunctionDefinition;
  readonly #invoker: Invoker;
  readonly #source: Place;
  /** Another trigger may have the same lease. */
  readonly lease: CosmosLease;
  readonly #batch: number;
  readonly #startTime: number;
  /** Whether every change is passed on, including deletions, instead of the latest version of each item. */
  readonly #allVersions: boolean;
  readonly #stopped = new AbortController();
  /** Functions whose earlier leases count as this trigger's, too. */
  #before: readonly string[];
  /** Whether another function has the lease, and therefore gets all changes. */
  #isIdle = false;
  #position = "";
  #draining = false;
  #changed = false;
  #waitingForRetry = false;
  #end: (() => void) | undefined;
  #unsubscribe: () => void = () => undefined;
  /** Whether the container was recreated under the same name. Nothing is read from the new one, and no position is kept for it. */
  #isAnother = false;

  /** @throws Error if an option is missing or not supported, or a connection is invalid. */
  constructor(parts: Parts, definition: FunctionDefinition, invoker: Invoker, feeds: Record<string, ChangeFeedSource>) {
    const { trigger } = definition;
    const text = (name: string, fallback?: string): string => {
      const value = trigger[name] ?? fallback;
      if (typeof value !== "string" || value === "") {
        throw new Error(`a cosmosDB trigger needs "${name}".${formerName(name, trigger)}`);
      }
      return value;
    };
    this.#parts = parts;
    this.#definition = definition;
    this.#invoker = invoker;
    const connection = text("connection");
    const database = text("databaseName");
    this.#source = { feed: feedOf(feeds, connection), database, container: text("containerName") };
    const leases = {
      feed: feedOf(feeds, trigger.leaseConnection ? text("leaseConnection") : connection),
      database: text("leaseDatabaseName", database),
      container: text("leaseContainerName", "leases"),
    };
    const prefix = typeof trigger.leaseContainerPrefix === "string" ? trigger.leaseContainerPrefix : "";
    if (isWatched(leases, this.#source)) {
      throw new Error(
        `the container ${database}/${this.#source.container} cannot be its own lease container: each position written to it would be a change. Set "leaseContainerName" to another one, such as "leases".`,
      );
    }
    this.#before = [definition.name];
    // The extension treats a missing value, null and an empty text alike.
    const { maxItemsPerInvocation: batch, startFromTime } = trigger;
    this.#batch = typeof batch === "number" && batch > 0 ? batch : defaultBatch;
    if (startFromTime && trigger.startFromBeginning === true) {
      throw new Error('only one of "startFromBeginning" and "startFromTime" can be used; leave one of them out.');
    }
    if (dotnetDateText(String(definition.bindings[definition.triggerName]?.startFromTime ?? "")) !== undefined) {
      throw new Error(
        `"startFromTime" is given as a time in the code, and on Azure such a trigger never starts: the host writes the time again without its zone. Put it into a setting, and give "startFromTime" as "%NAME_OF_THE_SETTING%".`,
      );
    }
    this.#startTime = startFromTime ? Date.parse(String(startFromTime)) : 0;
    // Without a time zone it would be local time here, and UTC on Azure.
    if (startFromTime && (Number.isNaN(this.#startTime) || !/T.*(Z|[+-]\d\d:\d\d)$/i.test(String(startFromTime))))
      throw new Error(`"${startFromTime}" in "startFromTime" is not a time such as 2026-01-15T08:00:00Z.`);
    const { changeFeedMode: mode = "LatestVersion" } = trigger;
    if (mode !== "LatestVersion" && mode !== "AllVersionsAndDeletes") {
      throw new Error(`the change feed mode "${mode}" is unknown; use LatestVersion or AllVersionsAndDeletes.`);
    }
    this.lease = new CosmosLease(leases, this.#source, prefix, mode);
    this.#allVersions = mode === "AllVersionsAndDeletes";
    if (this.#allVersions && (this.#startTime > 0 || trigger.startFromBeginning === true)) {
      throw new Error(
        'in the change feed mode AllVersionsAndDeletes a trigger starts from now: "startFromBeginning" and "startFromTime" are not possible.',
      );
    }
  }

  get name(): string {
    return this.#definition.name;
  }

  /** Another function has the lease, so this one gets no changes. */
  leave(): void {
    this.#isIdle = true;
  }

  /** This function has the lease, which these functions shared. Without a position of its own, it continues from theirs. */
  take(functions: readonly string[]): void {
    this.#before = [this.name, ...functions];
  }

  async start(): Promise<void> {
    this.#position = await this.#firstPosition();
    if (this.#isIdle) return;
    const { feed, database, container } = this.#source;
    const ends = [
      feed.onChange(database, container, () => this.#wake()),
      feed.onMade(database, container, () => this.#madeAnew()),
    ];
    this.#unsubscribe = () => {
      for (const end of ends) end();
    };
    this.#wake();
  }

  stop(): void {
    this.#unsubscribe();
    this.#stopped.abort();
  }

  async #firstPosition(): Promise<string> {
    const fromStart = this.#definition.trigger.startFromBeginning === true || this.#startTime > 0;
    // Read in any case, so that a missing container is reported at the start.
    const now = this.#now();
    const fresh = fromStart ? "beginning" : now;
    try {
      await this.lease.prepare(this.#definition.trigger.createLeaseContainerIfNotExists === true);
      if (this.#isIdle) return "";
      // Leases written by earlier releases do not identify the container. A position ahead of this feed belongs to an earlier container of the same
      // name.
      const unlessAhead = (position: string | undefined) => (Number(position) > Number(now) ? undefined : position);
      const known = unlessAhead(this.lease.position());
      if (known !== undefined) return known;
      const first = unlessAhead(this.lease.formerPosition(this.#before)) ?? fresh;
      await this.#checkpoint(first);
      return first;
    } catch (error) {
      const { database, container } = this.lease.place;
      throw new Error(
        `its lease container "${container}" in the database "${database}" cannot be used (declare it with the partition key /id, or let the trigger make it: "createLeaseContainerIfNotExists"): ${(error as Error).message}`,
      );
    }
  }

  #now(): string {
    try {
      return this.#read("now", 1).position;
    } catch (error) {
      const { database, container } = this.#source;
      throw new Error(`${(error as Error).message} ${declaredContainer(database, container)}`, { cause: error });
    }
  }

  /** Runs in the turn of the commit that changed the container. From here on there is work, until the feed has been read to its end. */
  #wake(): void {
    if (this.#stopped.signal.aborted) return;
    this.#changed = true;
    if (!this.#waitingForRetry) this.#begin();
    // Detached from the write that started it, because the reading goes on to the writes of others.
    if (!this.#draining) void this.#parts.recorder.detached(() => this.#drain());
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    try {
      while (this.#changed && !this.#stopped.signal.aborted) {
        this.#changed = false;
        while (await this.#next());
      }
    } catch (error) {
      const isGone = (error as { status?: number }).status === 404;
      // The next change starts another attempt from the last checkpoint.
      this.#parts.log.error(
        isGone
          ? `The change feed for ${this.name} stopped: the container ${this.#watched} no longer exists. A new container with its name is read from the next start on.`
          : `The change feed for ${this.name} stopped: ${(error as Error).stack}`,
      );
    } finally {
      this.#draining = false;
      this.#end?.();
      this.#end = undefined;
    }
  }

  /**
   * The watched container was recreated under the same name. On Azure the processor keeps acquiring the lease of the old container, after each
   * `leaseAcquireInterval` and without end, and asks the new container for changes after a position that it never had. The lease of the new
   * container, whose name contains its rid, is only created by the processor of the next start.
   *
   * Source: `PartitionControllerCore`, `PartitionLoadBalancerCore` and `ChangeFeedProcessorCore.InitializeAsync` of the .NET SDK.
   */
  #madeAnew(): void {
    if (this.#isAnother) return;
    this.#isAnother = true;
    this.#parts.log.error(
      `The container ${this.#watched} was deleted and created again while the functions run. ${this.name} gets none of its changes before the next start: restart the functions. On Azure it continues at the position in the deleted container, which is not a position in the new one.`,
    );
  }

  get #watched(): string {
    return `${this.#source.database}/${this.#source.container}`;
  }

  /** Handles one batch; returns false if there was none, or it must not be checkpointed. */
  async #next(): Promise<boolean> {
    const { database, container } = this.#source;
    if (this.#stopped.signal.aborted || this.#isAnother) return false;
    const page = this.#read(this.#position, this.#batch);
    const documents =
      this.#startTime === 0
        ? page.documents
        : page.documents.filter(({ _ts }) => Number(_ts) * 1000 >= this.#startTime);
    if (documents.length > 0) {
      const unreadable = documents.find((document) => isTooDeep(document, 1));
      if (unreadable !== undefined) {
        this.#cannotRead(String((this.#allVersions ? itemOf(unreadable) : unreadable).id));
        return false;
      }
      const data = { string: withDotnetDates(JSON.stringify(documents)) };
      const { recorder } = this.#parts;
      const items = documents.map(this.#allVersions ? itemOf : (document) => document);
      const { causes } = page;
      const about = items.map(({ id }) => `${database}/${container}: ${String(id)}`);
      const span = recorder.begin("cosmos", "feed", `${database}/${container}`, { causes, details: { items: about } });
      const harm = this.#parts.faults?.take("cosmos", "feed-batch", `${database}/${container}`)?.harm;
      if (harm !== undefined) span.note({ fault: harm });
      if (harm === "taken-over") {
        void recorder.within(span, () => this.#loseLease(data, span));
        return true;
      }
      const result = await recorder.within(span, async () => {
        if (harm === "twice") await this.#handle(data);
        return this.#handle(data);
      });
      span.end(result?.ok ? "ok" : "failed");
      // A batch that the stopping host interrupted is repeated at the next start.
      if (result === undefined || (this.#stopped.signal.aborted && !result.ok) || this.#isAnother) return false;
      await this.#checkpoint(page.position);
    }
    this.#position = page.position;
    return page.documents.length > 0 || page.more;
  }

  /** On Azure the extension reads a batch with Json.NET, fails, and tries the same batch again for ever; so does this one at each change. */
  #cannotRead(id: string): void {
    this.#parts.log.error(
      `The change feed for ${this.name} cannot go on: the item '${id}' in ${this.#watched} has more than 63 lists and objects inside each other, which the extension cannot read on Azure either. It gets no further change before the item is replaced by a flatter one, or deleted.`,
    );
  }

  /**
   * Another instance takes over the lease while this one is in the middle of a batch. This one continues with the batch, and cannot write a position
   * after it. The other one gets the same changes from the last position, and those since.
   */
  async #loseLease(data: { string: string }, span: OpenSpan): Promise<void> {
    const begin = () => this.#parts.work.begin(`change feed ${this.name}, whose lease another has`);
    let end: (() => void) | undefined = begin();
    const result = await this.#handle(data, (isWaiting) => {
      end?.();
      end = isWaiting ? undefined : begin();
    });
    span.end(result?.ok ? "ok" : "failed");
    end?.();
  }

  #handle(
    data: { string: string },
    waiting: (isWaiting: boolean) => void = (isWaiting) => this.#retryWait(isWaiting),
  ): ReturnType<typeof runWithRetries> {
    return runWithRetries({
      functionName: this.name,
      policy: this.#definition.retry,
      clock: this.#parts.clock,
      ids: this.#parts.ids,
      signal: this.#stopped.signal,
      attempt: (retryContext) => this.#invoker.invoke(this.#definition, { data, retryContext }),
      waiting,
    });
  }

  #read(position: string, max: number): ReturnType<ChangeFeedSource["readChanges"]> {
    const { feed, database, container } = this.#source;
    return this.#allVersions
      ? feed.readVersions(database, container, position, max)
      : feed.readChanges(database, container, position, max);
  }

  /** Changes that arrive during the wait for a retry are not work: nothing happens until the clock gets there. */
  #retryWait(isWaiting: boolean): void {
    this.#waitingForRetry = isWaiting;
    if (isWaiting) {
      this.#end?.();
      this.#end = undefined;
    } else this.#begin();
  }

  #begin(): void {
    this.#end ??= this.#parts.work.begin(`change feed ${this.name}`);
  }

  #checkpoint(position: string): Promise<void> {
    return this.lease.write(position, this.name, this.#parts.clock.now());
  }
}

/** The item of a change; for a deleted item, its id. */
function itemOf({ current, metadata }: Record<string, unknown>): Record<string, unknown> {
  return (current ?? metadata) as Record<string, unknown>;
}

/**
 * Whether the leases would be kept in the watched container. Azure compares the names without regard to case, and refuses. If two settings lead to
 * one account, Azure does not notice, and runs in an endless loop.
 */
function isWatched(leases: Place, watched: Place): boolean {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  return (
    leases.feed === watched.feed && same(leases.database, watched.database) && same(leases.container, watched.container)
  );
}

function feedOf(feeds: Record<string, ChangeFeedSource>, connection: string): ChangeFeedSource {
  // As settings are found, without regard to case.
  const [, feed] = Object.entries(feeds).find(([name]) => name.toLowerCase() === connection.toLowerCase()) ?? [];
  if (feed === undefined) {
    const known = Object.keys(feeds).join(", ");
    throw new Error(
      `the connection "${connection}" does not lead to the local Cosmos DB${known === "" ? "" : ` (known connections: ${known})`}. The setting of that name should hold ${cosmosHere}.${unfindable(connection)}`,
    );
  }
  return feed;
}
