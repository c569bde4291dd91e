import { askCustomerData, deleteCustomer } from "../../web/admin/calls.ts";
import { ApiError, codeOf } from "../../web/lib/api.ts";
import type { Device } from "../robots/device.ts";
import { minute, second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";
import type { SignedOut } from "./sign-out.ts";

/** Nobody presses more often. */
const presses = 12;

/** In which way somebody has themselves deleted. */
interface Way {
  /** Who it is. */
  customer(): Promise<string>;
  erase(): Promise<void>;
  /** What is answered once it is done. */
  gone: "not-signed-in" | "not-found";
}

const byThemselves = (device: Device, customer: string): Way => ({
  customer: async () => customer,
  erase: () => device.forget(),
  gone: "not-signed-in",
});

/** They ask an admin, who has their number, and not the device in their hands. */
const byAdmin = ({ api }: Device, phone: string): Way => ({
  customer: async () => (await askCustomerData(api, { phone })).customerId,
  erase: () => deleteCustomer(api, { phone }),
  gone: "not-found",
});

/** Who asked to be forgotten at a fair: it is at all of its stands that they are. */
export class Forgotten {
  /** By their id: whether they were told that it is done. */
  readonly asked = new Map<string, boolean>();
  readonly #phones = new Set<string>();
  readonly #signedOut: SignedOut;

  constructor(signedOut: SignedOut) {
    this.#signedOut = signedOut;
  }

  /**
   * Has all deleted that is held of somebody: presses until it is done, or there is a reason against it that stays.
   * @param admin whom they ask to do it @returns what is not as it should be about that reason
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
        // At another stand they may have asked already.
        if (!this.asked.has(customer)) this.asked.set(customer, false);
        await way.erase();
        this.#done(customer, phone);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        if (code === way.gone) {
          // Who has signed out everywhere, at another stand, is signed in no more: nobody knows whether they are deleted.
          const otherwise = customer !== undefined && !admin && this.#signedOut.pressed.has(customer);
          if (customer === undefined || otherwise) return undefined;
          // What was asked before, here or at another stand, has come to its end.
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

/** That an admin has asked about many within a minute says nothing of any of them. */
const isOfAdmins = (error: unknown) =>
  error instanceof ApiError && error.problem.detail?.startsWith("Too many customers were asked about") === true;
