import type { MenuDrink } from "../../../contracts/catalog.ts";
import type { ChosenOption, OrderView } from "../../../contracts/order.ts";

export const start = Date.parse("2026-03-04T10:00:00.000Z");
export const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** An order as the API sends it; what is not given does not matter to the test. */
export function order(more: Partial<OrderView> & { id: string }): OrderView {
  return {
    storeId: "main",
    customerId: "customer-0000000001",
    version: 3,
    state: "queued",
    createdAt: at(0),
    drink: { id: "drink:latte", name: "Latte", icon: "takeaway" },
    ...more,
  };
}

export function byId(...orders: OrderView[]): ReadonlyMap<string, OrderView> {
  return new Map(orders.map((one) => [one.id, one]));
}

export const oat: ChosenOption = { group: "milk", groupName: "Milk", choice: "oat", choiceName: "Oat milk" };
export const whole: ChosenOption = { group: "milk", groupName: "Milk", choice: "whole", choiceName: "Whole milk" };
export const shot: ChosenOption = { group: "extras", groupName: "Extras", choice: "shot", choiceName: "Extra shot" };

export function drink(id: string, name: string): MenuDrink {
  return {
    id,
    name,
    description: "",
    icon: "cup",
    available: true,
    position: 1,
    options: [
      {
        id: "milk",
        name: "Milk",
        choose: "one",
        default: "whole",
        choices: [
          { id: "whole", name: "Whole milk" },
          { id: "oat", name: "Oat milk" },
        ],
      },
      { id: "extras", name: "Extras", choose: "any", choices: [{ id: "shot", name: "Extra shot" }] },
    ],
  };
}
