import { askCustomerData, deleteCustomer } from "../../web/admin/calls.ts";
import { ApiError, codeOf } from "../../web/lib/api.ts";
import type { Device } from "../robots/device.ts";
import { minute, second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";
import type { SignedOut } from "./sign-out.ts";

/** The maximum number of attempts. */
const presses = 12;

/** A way to delete somebody's data. */
interface Way {
  /** The customer's id. */
  customer(): Promise<string>;
  erase(): Promise<void>;
  /** The response once it is done. */
  gone: "not-signed-in" | "not-found";
}

const byThemselves = (device: Device, customer: string): Way => ({
  customer: async () => customer,
  erase: () => device.forget(),
  gone: "not-signed-in",
});

/** At their request, by an admin who has their number but not their device. */
const byAdmin = ({ api }: Device, phone: string): Way => ({
  customer: async () => (await askCustomerData(api, { phone })).customerId,
  erase: () => deleteCustomer(api, { phone }),
  gone: "not-found",
});

/** The customers of a fair who requested deletion: it applies to all of its stands. */
export class Forgotten {
  /** By customer id: whether they got the confirmation. */
  readonly asked = new Map<string, boolean>();
  readonly #phones = new Set<string>();
  readonly #signedOut: SignedOut;

  constructor(signedOut: SignedOut) {
    this.#signedOut = signedOut;
  }

  /**
   * Deletes all data of a customer: retries until it is done, or there is a lasting reason against it.
   * @param admin the admin who does it at their request @returns what is wrong about that reason
   * @throws Stopped
   */
  async ask(device: Device, life: Life, admin?: Device): Promise<string | undefined> {
    const { me, phone } = device;
    if (me === undefined) return undefined;
    const way = admin ? byAdmin(admin, phone) : byThemselves(device, me.customerId);
    let customer: string | undefined;
    for (let press = 0; press < presses; press++) {
      try {
        customer = await way.customer();
        // They may have requested it at another stand already.
        if (!this.asked.has(customer)) this.asked.set(customer, false);
        await way.erase();
        this.#done(customer, phone);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        if (code === way.gone) {
          // A customer who has signed out everywhere at another stand gets no confirmation: the outcome is unknown.
          const otherwise = customer !== undefined && !admin && this.#signedOut.pressed.has(customer);
          if (customer === undefined || otherwise) return undefined;
          // An earlier request, here or at another stand, was successful.
          if (press > 0 || this.#phones.has(phone)) return void this.#done(customer, phone);
        }
        if (code === "too-many-requests" && !isOfAdmins(error)) {
          if (customer !== undefined && this.asked.get(customer) === false) this.asked.delete(customer);
          return this.#phones.has(phone) ? undefined : `${phone} was never deleted, and is told that they were.`;
        }
        life.ledger.trouble("forget", error);
        await life.sleep(code === "orders-open" ? 3 * minute : 20 * second);
      }
    }
    return undefined;
  }

  #done(customerId: string, phone: string): void {
    this.asked.set(customerId, true);
    this.#phones.add(phone);
  }
}

/** The limit of an admin's requests in a minute concerns no particular customer. */
const isOfAdmins = (error: unknown) =>
  error instanceof ApiError && error.problem.detail?.startsWith("Too many customers were asked about") === true;
