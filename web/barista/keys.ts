import { plainDigits } from "../lib/format.ts";

/** What a key can do at the bar, in the order in which the list of keys tells it. */
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

/** Which key does what; an action without one is not there. */
export type KeyMap = Partial<Record<Action, string>>;

const digits: KeyMap = Object.fromEntries(actionGroups.places.map((place, at) => [place, String((at + 1) % 10)]));
const arrows: KeyMap = { up: "ArrowUp", down: "ArrowDown", left: "ArrowLeft", right: "ArrowRight" };

/** Where an owner begins: a keyboard with letters, or what has digits only, as a number pad and most bump bars do. */
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

/** Of what a browser tells of a key: what we look at. */
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

/** Keys with a name that can be given something to do. The others belong to the browser, to the system, or to moving the focus. */
const named = /^(Enter|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right)|F([1-46-9]|10))$/;
/** What browsers report as `keyCode` while an input method is at work. */
const composing = 229;

/**
 * The name of the key that was pressed, whatever the layout: digits are digits in every script and on rows that type them with Shift only, letters
 * are those of the Latin keyboard where the layout has none. Undefined for what is nobody's here: with Ctrl, Alt or Cmd, while something is being
 * composed, and keys that the browser needs.
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

/** What a key does; undefined for one that nothing was given to. */
export function actionOf(map: KeyMap, key: string): Action | undefined {
  return actions.find((action) => map[action] === key);
}

/** Why a key cannot be given to an action: it has another already, or it always does what has the focus. */
export type Refused = { taken: Action } | { always: string };

/** The keys with one changed; without `key` the action has none. */
export function assign(map: KeyMap, action: Action, key: string | undefined): KeyMap | Refused {
  const { [action]: _, ...others } = map;
  if (key === undefined) return others;
  if (key === "Enter" && action !== "bump") return { always: key };
  const taken = actionOf(others, key);
  return taken === undefined ? { ...others, [action]: key } : { taken };
}

/** Whether `assign` refused; else it gave the keys. */
export function isRefused(given: KeyMap | Refused): given is Refused {
  return "taken" in given || "always" in given;
}

/** The keys that were kept on the device, as far as they can be read: each action one key, no key twice. */
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

/** Which preset these keys are, if they are one. */
export function presetOf(map: KeyMap): Preset | undefined {
  return presetNames.find((name) => {
    const preset: KeyMap = presets[name];
    return actions.every((action) => preset[action] === map[action]);
  });
}
