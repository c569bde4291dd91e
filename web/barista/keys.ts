import { plainDigits } from "../lib/format.ts";

/** The actions for keys, in the order of the list of keys. */
export const actionGroups = {
  tickets: [
    "bump",
    "make",
    "ready",
    "hand-over",
    "give-back",
    "call",
    "give-up",
    "cancel",
    "label",
    "more",
    "undo",
    "recall-last",
  ],
  moving: ["up", "down", "left", "right", "next", "previous", "column"],
  screen: ["counter", "seen", "together", "take-back", "sold-out", "pause", "door", "menu", "help"],
  places: [
    "place-1",
    "place-2",
    "place-3",
    "place-4",
    "place-5",
    "place-6",
    "place-7",
    "place-8",
    "place-9",
    "place-10",
  ],
} as const;
export type Action = (typeof actionGroups)[keyof typeof actionGroups][number];
export const actions: readonly Action[] = Object.values(actionGroups).flat();

/** The key of each action; an action without a key is missing. */
export type KeyMap = Partial<Record<Action, string>>;

const digits: KeyMap = Object.fromEntries(actionGroups.places.map((place, at) => [place, String((at + 1) % 10)]));
const arrows: KeyMap = { up: "ArrowUp", down: "ArrowDown", left: "ArrowLeft", right: "ArrowRight" };

/** Defaults to start from: for a keyboard with letters, or for a device with digits only, such as a number pad and most bump bars. */
export const presets = {
  keyboard: {
    ...digits,
    ...arrows,
    bump: "Enter",
    make: "m",
    ready: "r",
    "hand-over": "h",
    "give-back": "g",
    call: "a",
    "give-up": "f",
    cancel: "c",
    label: "l",
    more: "e",
    undo: "u",
    "recall-last": "Backspace",
    next: "n",
    previous: "b",
    column: "k",
    counter: "w",
    seen: "x",
    together: "d",
    "take-back": "t",
    "sold-out": "s",
    pause: "p",
    door: "o",
    menu: "q",
    help: "?",
  },
  pad: {
    ...digits,
    ...arrows,
    bump: "Enter",
    "recall-last": "Backspace",
    undo: "-",
    next: "+",
    column: "*",
    seen: "/",
    cancel: ".",
    help: "?",
  },
} as const satisfies Record<string, KeyMap>;
export type Preset = keyof typeof presets;
export const presetNames = Object.keys(presets) as Preset[];

/** The part of a keyboard event that is used here. */
export interface Press {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** Named keys that can be assigned. Others belong to the browser, to the system, or move the focus. */
const named = /^(Enter|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right)|F([1-46-9]|10))$/;
/** The `keyCode` that browsers report while an input method is active. */
const composing = 229;

/**
 * The name of the pressed key, independent of the layout: digits are digits in every script, also on rows that need Shift for them; letters are those
 * of the Latin keyboard if the layout has none. Undefined for keys that are not handled here: with Ctrl, Alt or Cmd, during composition, and keys
 * that the browser needs.
 */
export function keyOf(press: Press): string | undefined {
  const { key, code, shiftKey } = press;
  if (press.isComposing || press.keyCode === composing || press.ctrlKey || press.altKey || press.metaKey)
    return undefined;
  const digit = plainDigits(key);
  if (/^\d$/.test(digit)) return digit;
  if (!shiftKey && /^(Digit|Numpad)\d$/.test(code)) return code.slice(-1);
  if (code === "NumpadDecimal") return ".";
  if (named.test(key)) return shiftKey ? `Shift+${key}` : key;
  if ([...key].length !== 1 || key.trim() === "") return undefined;
  if (!/\p{L}/u.test(key)) return key;
  const letter = /^\p{Script=Latin}$/u.test(key)
    ? key.toLowerCase()
    : /^Key[A-Z]$/.test(code)
      ? code.slice(-1).toLowerCase()
      : key;
  return shiftKey ? `Shift+${letter}` : letter;
}

/** The action of a key; undefined if none is assigned. */
export function actionOf(map: KeyMap, key: string): Action | undefined {
  return actions.find((action) => map[action] === key);
}

/** Why a key cannot be assigned: it has another action, or it always activates the focused control. */
export type Refused = { taken: Action } | { always: string };

/** Changes one key; without `key` the action has none. */
export function assign(map: KeyMap, action: Action, key: string | undefined): KeyMap | Refused {
  const { [action]: _, ...others } = map;
  if (key === undefined) return others;
  if (key === "Enter" && action !== "bump") return { always: key };
  const taken = actionOf(others, key);
  return taken === undefined ? { ...others, [action]: key } : { taken };
}

/** Whether `assign` refused. */
export function isRefused(given: KeyMap | Refused): given is Refused {
  return "taken" in given || "always" in given;
}

/** The keys that were stored on the device, as far as they are valid: one key for each action, no key twice. */
export function keysFrom(kept: unknown): KeyMap | undefined {
  if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return undefined;
  let map: KeyMap = {};
  for (const action of actions) {
    const key: unknown = (kept as Record<string, unknown>)[action];
    if (typeof key !== "string" || key === "" || key.length > 20) continue;
    const given = assign(map, action, key);
    if (!isRefused(given)) map = given;
  }
  return map;
}

/** The preset that equals these keys, if any. */
export function presetOf(map: KeyMap): Preset | undefined {
  return presetNames.find((name) => {
    const preset: KeyMap = presets[name];
    return actions.every((action) => preset[action] === map[action]);
  });
}
