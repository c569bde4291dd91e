import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ConfigReply, OrderReply, OrdersReply, PageReply, QueueReply } from "../../contracts/http.ts";
import type { Extension } from "../../infra/extensions.ts";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { consoleLog, type Log, silentLog } from "../../local/kernel/log.ts";
import type { Connections } from "../../local/kernel/near/protocol.ts";
import { customerPhone } from "../../tools/robots/phones.ts";
import { standOptions } from "../../tools/stand-options.ts";
import { Person, type SignedInWith } from "./person.ts";
import type { PushReceiver } from "./push-receiver.ts";

export { customerPhone };

/** The numbers that the seed gives to the people who work at the stand. */
export const staffPhones = { admin: "+14255550100", barista: "+14255550101", display: "+14255550102" } as const;

/** The whole system on the local Azure, as a test uses it: through HTTP and WebSocket only, but for the clock. */
export class Stand {
  /** Folder of the application that stands run; the sources when there is none. A test file of its own sets it to the package. */
  static application: string | undefined;
  readonly azure: LocalAzure;
  readonly storeId = "main";
  readonly #data: string | undefined;
  #customers = 0;

  private constructor(azure: LocalAzure, data: string | undefined) {
    this.azure = azure;
    this.#data = data;
  }

  static async open(
    options: {
      heldAt?: number;
      data?: string;
      durable?: boolean;
      verbose?: boolean;
      siteOrigin?: string;
      log?: Log;
      /** How the application asks the services. */
      connections?: Connections;
      /** None by default: the core is tested without. */
      extensions?: readonly Extension[];
      /** Values of settings of these extensions; others have their defaults. */
      settings?: Record<string, string>;
      /** The one push service that there is; without it, those of real browsers. */
      push?: PushReceiver;
    } = {},
  ): Promise<Stand> {
    const data = options.data ?? (options.durable ? mkdtempSync(join(tmpdir(), "crema-stand-")) : undefined);
    // What the application threw is shown with a test that fails (vitest.config.ts): its answer says no more than that it did.
    const shown = options.verbose ? "debug" : process.env.CREMA_TEST_LOG ? "info" : process.env.VITEST && "error";
    const log = options.log ?? (shown ? consoleLog(shown, console.error) : silentLog);
    const given = standOptions({
      siteOrigin: options.siteOrigin ?? "http://localhost:4280",
      timeZone: "Europe/Berlin",
      ...(Stand.application === undefined ? {} : { application: Stand.application }),
      ...(options.extensions === undefined ? {} : { extensions: options.extensions }),
      ...(options.settings === undefined ? {} : { env: options.settings }),
    });
    const azure = await startLocalAzure({
      ...(options.push === undefined ? given : withPush(given, options.push)),
      log,
      ...(data === undefined ? {} : { data }),
      ...(options.heldAt === undefined ? {} : { heldAt: options.heldAt }),
      ...(options.connections === undefined ? {} : { connections: options.connections }),
    });
    const stand = new Stand(azure, options.data === undefined ? data : undefined);
    // The first publication of the menu comes through the change feed.
    await azure.settle();
    return stand;
  }

  get api(): string {
    return `${this.azure.functions?.origin}/api`;
  }

  get store(): string {
    return `${this.api}/stores/${this.storeId}`;
  }

  async close(): Promise<void> {
    await this.azure.stop();
    if (this.#data) rmSync(this.#data, { recursive: true, force: true });
  }

  /** Someone who is signed in; without a number, a customer nobody has seen yet. */
  async person(phone = customerPhone(this.#customers++), using: SignedInWith = {}): Promise<Person> {
    const message = async () => {
      await this.azure.settle();
      return this.azure.sms.messages(phone)[0]?.message ?? "";
    };
    return Person.signIn(this.api, this.storeId, phone, message, using);
  }

  /** The one-time codes that were sent to a number, the newest first. */
  codesTo(phone: string): string[] {
    return this.azure.sms.messages(phone).flatMap(({ message }) => /\b\d{6}\b/.exec(message)?.[0] ?? []);
  }

  barista = () => this.person(staffPhones.barista);
  admin = () => this.person(staffPhones.admin);
  display = () => this.person(staffPhones.display);

  /** A screen with the secret of its pairing. */
  paired(secret: string): Person {
    return Person.bearing(this.api, this.storeId, secret);
  }

  advance = (duration: number | string) => this.azure.advance(duration);
  settle = () => this.azure.settle();

  async page(): Promise<CatalogPage> {
    return (await get<PageReply>(this.store)).page;
  }

  /** Places of the queue that are taken. */
  async active(): Promise<number> {
    return (await get<QueueReply>(`${this.store}/queue`)).queue.active;
  }

  /** Changes the store's settings as an admin does. */
  async configure(admin: Person, change: Record<string, unknown>, documentId = "store"): Promise<void> {
    const { documents } = await admin.get<ConfigReply>("/config");
    const found = documents.find(({ document }) => document.id === documentId);
    if (found === undefined) throw new Error(`There is no document ${documentId}.`);
    await this.putDocument(admin, { ...found.document, ...change }, found.etag);
    await this.settle();
  }

  /** Puts a document of the store's settings, menu or staff as an admin does; one that is there already with the ETag that was seen. */
  async putDocument(
    admin: Person,
    document: ConfigReply["documents"][number]["document"],
    etag?: string,
  ): Promise<void> {
    const place = document.id.startsWith("staff:") ? "/people" : `/config/${document.id}`;
    await admin.put(place, document, etag === undefined ? {} : { "if-match": etag });
  }

  /** The customer scans the code that the display shows, and what they get is settled. Returns the order's id. */
  async scan(customer: Person, display: Person, after?: string): Promise<string> {
    const { code } = await display.get<{ code?: string }>("/code");
    const { orderId } = await customer.post<{ orderId: string }>("/scans", {
      code: code ?? "none",
      ...(after ? { after } : {}),
    });
    await this.settle();
    return orderId;
  }

  async order(person: Person, orderId: string): Promise<OrderReply["order"]> {
    return (await person.get<OrderReply>(`/orders/${orderId}`)).order;
  }

  async board(staff: Person): Promise<OrdersReply["orders"]> {
    return (await staff.get<OrdersReply>("/orders")).orders;
  }
}

/** The application with this push service, which it trusts. */
function withPush(
  { application, ...others }: ReturnType<typeof standOptions>,
  { host, certificate }: PushReceiver,
): ReturnType<typeof standOptions> {
  if (application === undefined) throw new Error("A stand has an application.");
  const { settings, main } = application;
  return {
    ...others,
    application: {
      ...application,
      main: `{${main?.replace(/^\{|\}$/g, "")},test/system/trusting.ts}`,
      settings: (endpoints) => ({
        ...(typeof settings === "function" ? settings(endpoints) : settings),
        PUSH_HOSTS: host,
        PUSH_RECEIVER_CERTIFICATE: certificate.cert,
      }),
    },
  };
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
