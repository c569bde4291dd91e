import { keep, kept } from "../lib/browser.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { type Action, actionGroups, actionOf, type KeyMap, keyOf, keysFrom, presets } from "./keys.ts";

const place = "crema.bar.keys";

/** Actions that repeat while a key is held down. */
const held: ReadonlySet<Action> = new Set(actionGroups.moving);

/** The key bindings of this tablet: the keys, whether they are enabled, and whether the tickets show them. */
export class Keyboard {
  map: KeyMap = $state.raw(presets.keyboard);
  /** Whether keys are enabled; if not, arrows still move between tickets. */
  on = $state(true);
  /** Whether the tickets always show their keys; otherwise only once the keyboard is used. */
  shown = $state(false);

  constructor() {
    const before = kept(place);
    if (typeof before !== "object" || before === null) return;
    const { map, on, shown } = before as Record<string, unknown>;
    this.map = keysFrom(map) ?? this.map;
    this.on = on !== false;
    this.shown = shown === true;
  }

  /** Changes some settings, and stores all of them on this tablet. */
  set(change: Partial<{ map: KeyMap; on: boolean; shown: boolean }>): void {
    this.map = change.map ?? this.map;
    this.on = change.on ?? this.on;
    this.shown = change.shown ?? this.shown;
    keep(place, { map: this.map, on: this.on, shown: this.shown });
  }

  /** The action of a key press; undefined if it is not for the board: text is being entered, a dialog is open, or the focused control handles it. */
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

  /** Whether the action repeats while its key is held down. */
  goesOn(action: Action): boolean {
    return held.has(action);
  }
}

/** The display name of a key. */
export function nameOfKey(key: string): string {
  const shift = "Shift+";
  if (key.startsWith(shift)) return `${words.keyNames.Shift} ${nameOfKey(key.slice(shift.length))}`;
  return (words.keyNames as Record<string, string>)[key] ?? key.toUpperCase();
}
