import type { AppName } from "../../../../contracts/common.ts";

/** Words about where somebody is signed in. */
export const devices = {
  title: "Devices",
  intro: "Where those who work here are signed in. Whoever loses a role is put out by that, within two seconds.",
  none: "Nobody is signed in to work here",
  apps: {
    customer: "to order",
    barista: "at the bar",
    display: "as a display",
    admin: "to run the stand",
  } satisfies Record<AppName, string>,
  browserOn: "{browser} on {system}",
  unknown: "A device that does not say what it is",
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
