import { readText } from "../kernel/text-bytes.ts";
import { eachParsedHead } from "../store/heads.ts";
import type { Change, Store, Table } from "../store/store.ts";
import type { EntityMessage, EntityRecord } from "./entity-records.ts";
import { event, eventType } from "./events.ts";
import type {
  HistoryEvent,
  HistoryPage,
  InboxRecord,
  InstanceRecord,
  Message,
  Parent,
  RuntimeStatus,
  TaskRecord,
} from "./records.ts";

/** The data of a new instance; `input` is JSON text. */
export interface NewInstance {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly input: string | null;
  readonly executionId: string;
  readonly parent?: Parent;
}

/** The members of an instance that can be read without its row: all that lists and the start need. */
export interface InstanceHead {
  readonly name: string;
  readonly status: RuntimeStatus;
  readonly created: number;
  readonly updated: number;
  readonly stuck?: string;
  /** It has not had the first turn of its generation. */
  readonly unstarted?: true;
}

const headForm = (): string => "instance-1";

const headOf = ({ name, status, created, updated, stuck, unstarted }: InstanceRecord): InstanceHead => ({
  ...{ name, status, created, updated },
  ...(stuck === undefined ? {} : { stuck }),
  ...(unstarted === undefined ? {} : { unstarted: true }),
});

/** The end of such a head. */
const unstartedEnd = Buffer.from('"unstarted":true}');

/** The engine's records in the store: read as maps, written as lists of changes for one commit. */
export class DurableTables {
  /** The names of the tables in the store. */
  readonly #names: Record<"instances" | "history" | "tasks" | "inbox" | "entities" | "entityInbox", string>;
  readonly instances: Table<InstanceRecord>;
  readonly pages: Table<HistoryPage>;
  readonly tasks: Table<TaskRecord>;
  readonly inbox: Table<InboxRecord>;
  readonly entities: Table<EntityRecord>;
  readonly entityInbox: Table<EntityMessage>;
  #lastMessage = 0;

  constructor(store: Store, hubName: string) {
    const nameOf = (table: string) => `durable/${hubName}/${table}`;
    this.#names = {
      instances: nameOf("instances"),
      history: nameOf("history"),
      tasks: nameOf("tasks"),
      inbox: nameOf("inbox"),
      entities: nameOf("entities"),
      entityInbox: nameOf("entity-inbox"),
    };
    this.instances = store.table(this.#names.instances);
    this.pages = store.table(this.#names.history);
    this.tasks = store.table(this.#names.tasks);
    this.inbox = store.table(this.#names.inbox);
    this.entities = store.table(this.#names.entities);
    this.entityInbox = store.table(this.#names.entityInbox);
    for (const table of [this.inbox, this.entityInbox]) {
      for (const key of table.keys()) this.#lastMessage = Math.max(this.#lastMessage, Number(key));
    }
  }

  /** Calls `look` for all instances, unordered, without reading their rows. */
  eachHead(look: (id: string, head: InstanceHead) => void): void {
    eachParsedHead(this.instances, headForm, headOf, look);
  }

  /** The instances that have not had the first turn of their generation. For the others, usually very many, nothing is allocated. */
  unstarted(): string[] {
    const ids: string[] = [];
    this.instances.eachHead(headForm, headOf, {
      kept: ({ keys, keyStart, keyEnd, heads, headEnd }) => {
        if (heads.compare(unstartedEnd, 0, unstartedEnd.length, headEnd - unstartedEnd.length, headEnd) !== 0) return;
        ids.push(readText(keys, keyStart, keyEnd));
      },
      made: (id, { unstarted }) => {
        if (unstarted) ids.push(id);
      },
    });
    return ids;
  }

  /** The history of the current generation, oldest event first. */
  *history(record: InstanceRecord): Generator<HistoryEvent> {
    for (let page = 0; page < record.pages; page++) yield* this.page(record.id, page).events;
  }

  /** A page of a history: what one episode added. @throws Error if it is missing, which only happens after damage */
  page(id: string, page: number): HistoryPage {
    const found = this.pages.get(`${page}/${id}`);
    if (found === undefined) throw new Error(`The history of '${id}' lacks its page ${page}.`);
    return found;
  }

  /** An open task; `undefined` once it has ended. */
  task(id: string, taskId: number): TaskRecord | undefined {
    return this.tasks.get(`${taskId}/${id}`);
  }

  /** The event that began the current generation. */
  started(record: InstanceRecord): HistoryEvent {
    if (record.status === "Pending" && record.unstarted) return record.unstarted;
    for (const found of this.page(record.id, 0).events)
      if (found.EventType === eventType.ExecutionStarted) return found;
    throw new Error(`The history of '${record.id}' has no start.`);
  }

  /** The change that writes the row of an instance, new or changed. */
  putInstance(record: InstanceRecord): Change {
    return { table: this.#names.instances, key: record.id, value: record };
  }

  /** The change that writes a page of a history. */
  putPage(id: string, page: number, value: HistoryPage): Change {
    return { table: this.#names.history, key: `${page}/${id}`, value };
  }

  /** The change that writes an open task, new or changed. */
  putTask(task: TaskRecord): Change {
    return { table: this.#names.tasks, key: `${task.id}/${task.instance}`, value: task };
  }

  /** The change that deletes a task that has ended. */
  dropTask(id: string, taskId: number): Change {
    return { table: this.#names.tasks, key: `${taskId}/${id}`, value: undefined };
  }

  /** The change for a message to an instance that must not be lost; the key is its place in the order of arrival. */
  putMessage(instance: string, message: Message): { key: string; change: Change } {
    const key = String(++this.#lastMessage);
    return { key, change: { table: this.#names.inbox, key, value: { instance, message } satisfies InboxRecord } };
  }

  /** The change that deletes a delivered message, by its key. */
  dropMessage(key: string): Change {
    return { table: this.#names.inbox, key, value: undefined };
  }

  /** The change that writes the row of an entity, new or changed. */
  putEntity(record: EntityRecord): Change {
    return { table: this.#names.entities, key: record.id, value: record };
  }

  /** The change that deletes the row of an entity, so that it is no longer listed. */
  dropEntity(id: string): Change {
    return { table: this.#names.entities, key: id, value: undefined };
  }

  /** The change for a message to an entity that must not be lost; the key is its place in the order of arrival. */
  putEntityMessage(message: EntityMessage): { key: string; change: Change } {
    const key = String(++this.#lastMessage);
    return { key, change: { table: this.#names.entityInbox, key, value: message } };
  }

  /** The change that deletes a message that an entity has received, by its key. */
  dropEntityMessage(key: string): Change {
    return { table: this.#names.entityInbox, key, value: undefined };
  }

  /** The changes that delete everything of an instance except its row: history and open tasks. */
  *dropContents(record: InstanceRecord): Generator<Change> {
    for (let page = 0; page < record.pages; page++) {
      yield { table: this.#names.history, key: `${page}/${record.id}`, value: undefined };
    }
    for (const task of this.openTasks(record)) yield this.dropTask(record.id, task.id);
  }

  /** The changes that delete an instance with its history and open tasks. */
  dropInstance(record: InstanceRecord): Change[] {
    return [...this.dropContents(record), { table: this.#names.instances, key: record.id, value: undefined }];
  }

  /** The open tasks of an instance, in the order in which they were started. */
  *openTasks(record: InstanceRecord): Generator<TaskRecord> {
    for (let id = 0; id < record.next; id++) {
      const task = this.task(record.id, id);
      if (task !== undefined) yield task;
    }
  }

  /** The changes for a Pending instance. It replaces an older one of the same id, if any. `now` in milliseconds since the epoch. */
  create(instance: NewInstance, now: number): Change[] {
    const old = this.instances.get(instance.id);
    return [...(old === undefined ? [] : this.dropContents(old)), this.putInstance(newInstance(instance, now))];
  }
}

function newInstance(instance: NewInstance, now: number): InstanceRecord {
  return {
    id: instance.id,
    name: instance.name,
    version: instance.version,
    executionId: instance.executionId,
    generation: 0,
    ...(instance.parent ? { parent: instance.parent } : {}),
    status: "Pending",
    created: now,
    updated: now,
    clock: now,
    next: 0,
    pages: 0,
    open: 0,
    waits: 0,
    unstarted: executionStarted(instance, now),
  };
}

/** The first event of a generation. `at` in milliseconds since the epoch. */
export function executionStarted(instance: NewInstance, at: number): HistoryEvent {
  const { parent } = instance;
  return event(eventType.ExecutionStarted, at, {
    OrchestrationInstance: { InstanceId: instance.id, ExecutionId: instance.executionId },
    ParentInstance: parent
      ? {
          Name: parent.name,
          OrchestrationInstance: { InstanceId: parent.id, ExecutionId: parent.executionId },
          TaskScheduleId: parent.taskId,
          Version: null,
        }
      : null,
    Name: instance.name,
    Version: instance.version,
    Input: instance.input,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    // As recorded: only an instance started by a client has it.
    Generation: parent ? null : 0,
    GenerateNewTrace: false,
  });
}
