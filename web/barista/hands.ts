import type { OrderView } from "../../contracts/order.ts";
import { describe } from "../lib/errors.ts";
import { barista as words } from "../lib/strings/barista.ts";
import type { Bar } from "./bar.svelte.ts";
import { type Action, actionGroups } from "./keys.ts";
import {
  atPlace,
  type Box,
  beside,
  type ColumnName,
  columnNames,
  type Direction,
  firstFrom,
  type Spot,
  towards,
} from "./places.ts";
import { backTo } from "./recall.ts";

/** Keyboard actions, equivalent to those by touch: on the focused ticket, or on the first suitable one. */
export class Hands {
  readonly #bar: Bar;

  constructor(bar: Bar) {
    this.#bar = bar;
  }

  /** Runs the action of a key. Shows a message if there is no suitable ticket. */
  do(action: Action): void {
    const place = actionGroups.places.indexOf(action as (typeof actionGroups.places)[number]);
    if (place < 0) this.#deeds[action as Exclude<Action, (typeof actionGroups.places)[number]>]();
    else this.#bump(atPlace(this.#bar.columns, this.#bar.focus.current?.column ?? "queue", place + 1));
  }

  readonly #deeds: Record<Exclude<Action, (typeof actionGroups.places)[number]>, () => void> = {
    up: () => this.#go("up"),
    down: () => this.#go("down"),
    left: () => this.#go("left"),
    right: () => this.#go("right"),
    next: () => this.#step(1),
    previous: () => this.#step(-1),
    column: () => this.#column(),
    bump: () => this.#bump(this.#bar.focus.current),
    make: () => this.#bump(this.#meant("queue")),
    ready: () => this.#bump(this.#meant("making")),
    "hand-over": () => this.#bump(this.#meant("ready")),
    "give-back": () => this.#giveBack(),
    call: () => this.#with(this.#meant("ready"), (order) => void this.#bar.give(order, "call")),
    "give-up": () => this.#with(this.#meant("ready"), (order) => this.#bar.show({ dialog: "give-up", order })),
    cancel: () => this.#with(this.#toMake(), (order) => this.#bar.show({ dialog: "cancel", order })),
    more: () => this.#with(this.#toMake(), (order) => this.#bar.show({ dialog: "ticket", order })),
    label: () => this.#with(this.#bar.focus.current, (order) => this.#bar.labels.print([order])),
    counter: () => this.#bar.show({ dialog: "counter" }),
    undo: () => void this.#bar.undo(),
    "recall-last": () => void this.#recallLast(),
    seen: () => this.#bar.ended.acknowledgeAll(),
    together: () => this.#bar.keepTogether(!this.#bar.together),
    "take-back": () => this.#bar.show({ dialog: "recall" }),
    "sold-out": () => this.#bar.show({ dialog: "sold-out" }),
    pause: () => {
      if (this.#bar.switches.isOpen) this.#bar.switchPause();
    },
    door: () => this.#bar.switchStore(),
    menu: () => this.#bar.show({ dialog: "more" }),
    help: () => this.#bar.show({ dialog: "keys" }),
  };

  /** The focused ticket if it is in that column, or the first in it. */
  #meant(column: ColumnName): Spot | undefined {
    const { columns, focus } = this.#bar;
    return focus.current?.column === column ? focus.current : atPlace(columns, column, 1);
  }
  /** The focused ticket if it is queued or being made, or the first such one. */
  #toMake(): Spot | undefined {
    const { columns, focus } = this.#bar;
    const { current } = focus;
    return current?.column === "ready" ? (atPlace(columns, "queue", 1) ?? atPlace(columns, "making", 1)) : current;
  }

  /** Acts on a ticket; afterwards the focus is on it, or on the next. */
  #with(spot: Spot | undefined, act: (order: OrderView) => void): void {
    const { commands, focus } = this.#bar;
    const order = spot && commands.orders.find(({ id }) => id === spot.id);
    if (spot === undefined || order === undefined) this.#bar.say(words.noTicket);
    else if (!commands.busy(order.id)) {
      focus.acts(spot);
      act(order);
      void focus.settle();
    }
  }

  #bump(spot: Spot | undefined): void {
    this.#with(spot, (order) => {
      if (order.state === "queued") void this.#bar.give(order, "claim");
      else if (order.state === "making") void this.#bar.give(order, "ready");
      else if (order.state === "ready") this.#bar.collect(order);
      else this.#bar.say(words.arrivingText);
    });
  }

  #giveBack(): void {
    const { current } = this.#bar.focus;
    const spot = current?.column === "queue" ? atPlace(this.#bar.columns, "making", 1) : current;
    this.#with(spot, (order) => void this.#bar.give(order, order.state === "ready" ? "recall" : "release"));
  }

  async #recallLast(): Promise<void> {
    const { clock } = this.#bar.app;
    try {
      const last = this.#bar.lately(await this.#bar.past()).find((order) => backTo(order, clock.now) !== undefined);
      if (last === undefined) this.#bar.say(words.nothingToUndo);
      else await this.#bar.takeBack(last);
    } catch (error) {
      this.#bar.say(describe(error, clock.now));
    }
  }

  #go(way: Direction): void {
    const { columns, focus } = this.#bar;
    const from = this.#entered();
    if (from === undefined) return;
    const boxes = [...document.querySelectorAll<HTMLElement>("[data-ticket]")].map(boxOf);
    const here = boxes.find(({ id }) => id === from.id);
    const id = here && towards(boxes, here, way);
    const column = columnNames.find((name) => id !== undefined && columns[name].includes(id));
    if (id !== undefined && column !== undefined) focus.to({ column, id });
  }

  #step(step: 1 | -1): void {
    const from = this.#entered();
    if (from !== undefined) this.#bar.focus.to(beside(this.#bar.columns, from, step));
  }

  #column(): void {
    const { columns, focus } = this.#bar;
    const at = columnNames.indexOf(focus.current?.column ?? "ready");
    focus.to(firstFrom(columns, columnNames[(at + 1) % columnNames.length] ?? "queue"));
  }

  /** The start of a focus movement: the focused ticket. Without one, the movement only goes to the first ticket. */
  #entered(): Spot | undefined {
    const { focus } = this.#bar;
    if (document.activeElement?.closest("main [data-ticket]")) return focus.current;
    focus.to(focus.current);
    return undefined;
  }
}

/** The position of a ticket, after any animation: the middle of its upper edge. */
function boxOf(button: HTMLElement): Box {
  const ticket = button.closest("li") ?? button;
  let [x, y] = [ticket.offsetWidth / 2, -(ticket.closest(".scroll")?.scrollTop ?? 0)];
  for (let part: Element | null = ticket; part instanceof HTMLElement; part = part.offsetParent) {
    x += part.offsetLeft;
    y += part.offsetTop;
  }
  return { id: button.getAttribute("data-ticket") ?? "", x, y };
}
