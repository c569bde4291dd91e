import { keep, kept } from "../lib/browser.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { type Action, actionGroups, actionOf, type KeyMap, keyOf, keysFrom, presets } from "./keys.ts";

const place = "crema.bar.keys";

/** Actions that go on while a key is held down. */
const held: ReadonlySet<Action> = new Set(actionGroups.moving);

/** The keys of this tablet: which there are, whether they are in use, and whether the tickets show theirs. */
export class Keyboard {
  map: KeyMap = $state.raw(presets.keyboard);
  /** Whether keys do anything; without them arrows still lead from ticket to ticket. */
  on = $state(true);
  /** Whether the places are always shown; else they are once somebody uses keys. */
  shown = $state(false);

  constructor() {
    const before = kept(place);
    if (typeof before !== "object" || before === null) return;
    const { map, on, shown } = before as Record<string, unknown>;
    this.map = keysFrom(map) ?? this.map;
    this.on = on !== false;
    this.shown = shown === true;
  }

  /** Changes some of it, and keeps all on this tablet. */
  set(change: Partial<{ map: KeyMap; on: boolean; shown: boolean }>): void {
    this.map = change.map ?? this.map;
    this.on = change.on ?? this.on;
    this.shown = change.shown ?? this.shown;
    keep(place, { map: this.map, on: this.on, shown: this.shown });
  }

  /** What a press asks for; undefined when it is not for the board: text is being written, a dialog is open, a control has the focus that takes it. */
  asks(event: KeyboardEvent): Action | undefined {
    const { target } = event;
    const element = target instanceof Element ? target : document.body;
    if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return undefined;
    if (element.closest("input, select, textarea, [contenteditable]") !== null) return undefined;
    const key = keyOf(event);
    const action = key === undefined ? undefined : actionOf(this.map, key);
    if (action === undefined) return undefined;
    if (key === "Enter" && element.closest("button, a, summary") !== null) return undefined;
    const leads = key?.startsWith("Arrow") && element.closest("[data-ticket]") !== null;
    return this.on || leads ? action : undefined;
  }

  /** Whether a key that is still held down does it again. */
  goesOn(action: Action): boolean {
    return held.has(action);
  }
}

/** A key as people call it. */
export function nameOfKey(key: string): string {
  const shift = "Shift+";
  if (key.startsWith(shift)) return `${words.keyNames.Shift} ${nameOfKey(key.slice(shift.length))}`;
  return (words.keyNames as Record<string, string>)[key] ?? key.toUpperCase();
}
