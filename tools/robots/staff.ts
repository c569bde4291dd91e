import type { Role } from "../../contracts/common.ts";
import type { ConfigReply } from "../../contracts/http.ts";
import { askConfig, deleteDocument, putDocument } from "../../web/admin/calls.ts";
import type { Device } from "./device.ts";
import type { Life } from "./life.ts";

/** A person who works at the stand. */
export interface Worker {
  phone: string;
  name: string;
  roles: readonly string[];
}

/** Baristas that the robots add if a stand has too few, with fictional numbers of an area code that no customer has. */
const helpers = ["Cleo", "Dimitri", "Emre", "Freya", "Goran", "Hana", "Ilse", "Jonas"];
const helper = (n: number): Worker => ({
  phone: `+14155550${150 + n}`,
  name: `${helpers[n]} (robot)`,
  roles: ["barista"],
});

/** Existing baristas first: those with no other role before those with more. */
export function baristasOf(people: readonly Worker[], wanted: number): { there: Worker[]; toBring: Worker[] } {
  const there = people
    .filter(({ roles }) => roles.includes("barista"))
    .sort((a, b) => a.roles.length - b.roles.length)
    .slice(0, wanted);
  return { there, toBring: Array.from({ length: wanted - there.length }, (_, n) => helper(n)) };
}

/** The maximum number of baristas: the two of the seed data, and the helpers. */
export const mostBaristas = 2 + helpers.length;

/** The admin's changes before the robots start, and their reversal afterwards. */
export class Admin {
  readonly device: Device;
  readonly #life: Life;
  #undo: (() => Promise<unknown>)[] = [];

  constructor(life: Life, device: Device) {
    this.#life = life;
    this.device = device;
    device.refresh = async () => void (await device.loadPage());
  }

  /** Writes documents for workers who have none at the stand; `leave` removes them. @throws ApiError, NetworkError */
  async bring(workers: readonly Worker[]): Promise<void> {
    const { api } = this.device;
    const { documents } = await askConfig(api);
    for (const { phone, name, roles } of workers) {
      const id = `staff:${phone}`;
      if (documents.some(({ document }) => document.id === id)) continue;
      await putDocument(api, { id, kind: "staff", storeId: this.#storeId(documents), phone, name, roles });
      this.#undo.push(async () => {
        const etag = (await askConfig(api)).documents.find(({ document }) => document.id === id)?.etag;
        if (etag !== undefined) await deleteDocument(api, id, etag);
      });
    }
  }

  /** Changes the store's settings to admit a crowd, so that the limits are not what is measured. */
  async makeRoom(room: { scansPerCode: number } & Record<string, number>): Promise<void> {
    const before = await this.#changeStore(room);
    this.#undo.push(() => this.#changeStore(before));
    const fits = () => (this.device.page?.store.scansPerCode === room.scansPerCode ? true : undefined);
    if (!(await this.device.until(fits, this.#life.moment)))
      throw new Error("The store's new settings were not published.");
  }

  async #changeStore(change: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { api } = this.device;
    const found = (await askConfig(api)).documents.find(({ document }) => document.id === "store");
    if (found === undefined) throw new Error("The stand has no store document.");
    const { document, etag } = found;
    await putDocument(api, { ...document, ...change }, etag);
    return Object.fromEntries(Object.keys(change).map((name) => [name, document[name]]));
  }

  /** Reverts all changes. */
  async leave(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse())
      await undo().catch((error: unknown) => this.#life.ledger.trouble("putting the settings back", error));
  }

  #storeId(documents: ConfigReply["documents"]): unknown {
    return documents.find(({ document }) => document.kind === "store")?.document.storeId;
  }
}

/** @throws Error that says who lacks which role */
export function checkRole(device: Device, store: string, role: Role): void {
  if (device.me?.roles[store]?.includes(role)) return;
  throw new Error(`${device.phone} does not work as ${role} in the store ${store}: robots need somebody who does.`);
}
