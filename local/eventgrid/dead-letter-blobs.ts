import type { StorageClients } from "../functions/storage/clients.ts";
import { reasonOf } from "../functions/storage/errors.ts";
import type { Timer } from "../kernel/clock.ts";
import type { Due } from "../kernel/due.ts";
import type { Parts } from "../kernel/parts.ts";
import type { SubscriptionDeclaration } from "./declarations.ts";
import { inDeadLetterForm } from "./delivered-form.ts";
import type { DeadLetter, Journal } from "./journal.ts";
import type { InputSchema } from "./schema.ts";

const minute = 60_000;
/** The delay between the last delivery attempt and writing dead letters. Those of the same period are written together. */
const delay = 5 * minute;
/** The interval of retries after a failed write. The service's own interval is not documented. */
const pause = 30 * minute;
/** Dead letters are dropped after the container has been missing for this long. */
const patience = 240 * minute;

/** The subscription's current declaration, and its delivery schema. */
interface Declared {
  declaration: SubscriptionDeclaration;
  schema: InputSchema | undefined;
}

/**
 * Writes the dead letters of one subscription into its container: an array in a blob `NAME/YEAR/MONTH/DAY/HOUR/ID.json`, with the subscription's name
 * in
 * capitals and UTC numbers without leading zeros. Creates the container if it does not exist.
 */
export class DeadLetterBlobs {
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #clients: StorageClients;
  readonly #of: () => Declared;
  #timer: Timer | undefined;
  #at: number | undefined;

  constructor(parts: Parts, journal: Journal, clients: StorageClients, of: () => Declared) {
    this.#parts = parts;
    this.#journal = journal;
    this.#clients = clients;
    this.#of = of;
    // Dead letters from before a restart.
    if (this.#waiting().length > 0) this.#wait(delay);
  }

  /** The planned blob of a new dead letter; nothing if no container is declared. */
  planned(): Pick<DeadLetter, "blob"> {
    if (this.#of().declaration.deadLetter === undefined) return {};
    return { blob: { until: this.#parts.clock.now() + patience } };
  }

  /** Must be called after a dead letter was stored. */
  wake(): void {
    if (this.#timer === undefined && this.#of().declaration.deadLetter !== undefined) this.#wait(delay);
  }

  /** When dead letters are written next, if any are pending. */
  *due(): Iterable<Due> {
    if (this.#at === undefined) return;
    yield { at: this.#at, service: "eventgrid", what: "dead letters of", name: this.#of().declaration.name };
  }

  /** Stops writing. Pending dead letters are written after the next start. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #waiting(): { letter: DeadLetter; until: number }[] {
    const { name } = this.#of().declaration;
    return [...this.#journal.deadLetters.values()].flatMap((letter) =>
      letter.subscription === name && letter.blob !== undefined && "until" in letter.blob
        ? [{ letter, until: letter.blob.until }]
        : [],
    );
  }

  #wait(time: number): void {
    // A dead letter that arrived during the write has already set the timer. All pending ones are written together.
    if (this.#timer !== undefined) return;
    this.#at = this.#parts.clock.now() + time;
    this.#timer = this.#parts.clock.at(this.#at, () => {
      this.#timer = undefined;
      this.#at = undefined;
      void this.#parts.work.track("event grid dead letters", this.#write());
    });
  }

  async #write(): Promise<void> {
    const { declaration, schema } = this.#of();
    const { deadLetter: container, name: subscription } = declaration;
    const waiting = this.#waiting();
    if (container === undefined || waiting.length === 0) return;
    const ids = waiting.map(({ letter }) => letter.id);
    const name = this.#nameOf(subscription);
    const span = this.#parts.recorder.begin("eventgrid", "dead letters", subscription, { details: { blob: name } });
    try {
      const service = await this.#clients.blobs(container.account);
      const client = service.getContainerClient(container.blobContainerName);
      await client.createIfNotExists();
      const text = JSON.stringify(waiting.map(({ letter }) => inDeadLetterForm(letter, schema)));
      await client.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: "application/json" },
      });
      this.#clients.written(container.account, `container ${container.blobContainerName}`);
      await this.#journal.inBlob(ids, { name: `${container.blobContainerName}/${name}` });
      span.end("ok");
    } catch (error) {
      await this.#failed(waiting, container.blobContainerName, reasonOf(error));
      span.end("failed");
    }
  }

  async #failed(waiting: { letter: DeadLetter; until: number }[], container: string, reason: string): Promise<void> {
    const now = this.#parts.clock.now();
    const late = waiting.filter(({ until }) => until <= now).map(({ letter }) => letter.id);
    const what = `Dead letters of '${this.#of().declaration.name}' could not be written to the container "${container}": ${reason}.`;
    if (late.length > 0) {
      this.#parts.log.error(`${what} ${late.length} are dropped after four hours; they stay in the list here.`);
      await this.#journal.inBlob(late, { failed: reason });
    }
    if (late.length === waiting.length) return;
    this.#parts.log.warn(`${what} It is tried again in half an hour.`);
    this.#wait(pause);
  }

  #nameOf(subscription: string): string {
    const time = new Date(this.#parts.clock.now());
    const parts = [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCHours()];
    return `${subscription.toUpperCase()}/${parts.join("/")}/${this.#parts.ids.uuid()}.json`;
  }
}
