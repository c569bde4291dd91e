import type { AppName } from "../../../../contracts/common.ts";

/** Texts about where somebody is signed in. */
export const devices = {
  title: "Devices",
  intro: "Where the people who work here are signed in. Whoever loses a role loses access within two seconds.",
  none: "Nobody is signed in to work here",
  apps: {
    customer: "to order",
    barista: "at the bar",
    display: "as a display",
    admin: "to run the stand",
  } satisfies Record<AppName, string>,
  browserOn: "{browser} on {system}",
  unknown: "Unknown device",
  since: "since {time}",
  seen: "last seen about {time}",
  here: "Connected now",
  thisOne: "This device",
  end: "Sign out",
  endOne: "Sign out: {name}, {device}",
  endAll: "Sign {name} out everywhere",
  endTitle: "Sign {name} out?",
  endText: "{device} is signed out at once, and what it shows is gone within two seconds.",
  endAllText:
    "Everything that {name} works with here is signed out at once. They can sign in again, as long as they work here.",
  endThisText: "That is this device: you will have to sign in again.",
  ended: "Signed out.",
  keep: "Leave it",
  failed: "The devices could not be loaded.",
};

/** Texts of the admin app for pairing a display. */
export const pair = {
  action: "Pair a display",
  title: "Pair a display",
  intro: "Open {address} on the screen. It shows a code: scan it with this phone, or type it here.",
  code: "Code on the screen",
  codeHint: "Eight letters.",
  codeShort: "The code has eight letters.",
  look: "Find the screen",
  refused: {
    "pairing-over": "No screen shows this code now. Look at the screen again: it may show another by now.",
  },
  found: "This screen wants to be a display of {store}",
  check: "Pair it only if it is the one in front of you, and it shows this code.",
  device: "Device",
  asked: "Waiting since",
  network: "Network",
  sameNetwork: "The same as yours",
  otherNetwork: "Not yours, as when you use mobile data",
  store: "Of which store?",
  called: "What is it called?",
  nameHint: "To recognise it in the list of devices, such as: Left of the bar.",
  nameMissing: "Give the screen a name.",
  approve: "Pair this screen",
  otherCode: "Another code",
  done: "{name} is paired. It stays signed in until you sign it out here.",
};
