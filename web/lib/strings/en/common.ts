import type { OrderState } from "../../../../contracts/order-states.ts";
import type { ProblemCode } from "../../../../contracts/problem.ts";

/** Problems that only the bar, the admin app or the page for personal data can get; their texts are not loaded elsewhere. */
type RareProblem = "recall-over" | "queue-full" | "too-many-stores" | "pairing-over" | "orders-open" | "works-here";

/** Texts that all apps share. Every leaf is a text or a plural, so a translation is a file of the same shape. */
export const common = {
  brand: "Crema",
  loading: "One moment…",
  language: "Language",
  tryAgain: "Try again",
  back: "Back",
  close: "Close",
  broken: "Something went wrong on this page",
  brokenHint: "Nothing is lost: what you ordered stays ordered. Load the page again.",
  loadAgain: "Load again",
  notConfigured: "This page is not set up yet",
  notConfiguredHint: "Its settings could not be read. Check the connection and try again.",
  /** States of an order, for its customer and in its story. */
  states: {
    refused: "not taken",
    choosing: "choosing",
    submitted: "ordered",
    queued: "in the queue",
    making: "being made",
    ready: "ready",
    collected: "collected",
    uncollected: "not fetched",
    cancelled: "cancelled",
    expired: "ran out of time",
  } satisfies Record<OrderState, string>,
  minutes: { one: "{n} min", other: "{n} min" },
  wait: "about {from} to {to} min",
  waitUpTo: "up to {to} min",
  signOut: "Sign out",
  signOutEverywhere: "Sign out everywhere",
  storeUnknown: "There is no such stand",
  storeUnknownHint: "Check the address, or scan the code on the screen.",
};

export const live = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  polling: "Slow updates",
  offline: "Offline",
  offlineSince: "Offline: last seen {time}",
};

export const errors = {
  network: "No connection. Check your network and try again.",
  unexpected: "Something went wrong on our side. Please try again.",
  switchedOff: "That is switched off here.",
  wrongCode: { one: "That code is not right. {n} try left.", other: "That code is not right. {n} tries left." },
  waitFor: "Please wait {time} and try again.",
  /** Why a request was refused. Each code has its own text: the server's texts are for programs and developers, and never shown. */
  byCode: {
    "bad-request": "Something in that was not right. Check it and try again.",
    "too-large": "That is too long. Make it shorter and try again.",
    "not-json": "Something went wrong on our side. Please try again.",
    "not-signed-in": "You were signed out. Please sign in again.",
    forbidden: "You are not allowed to do that.",
    "not-found": "That is not here any more.",
    "unknown-store": "There is no such stand.",
    "store-closed": "The stand is closed right now.",
    "store-paused": "The stand is taking a short break. Please try again in a moment.",
    "code-unknown": "This code is not known. Scan the one on the screen.",
    "code-over": "This code has expired. Scan the one on the screen now.",
    "code-exhausted": "Someone took the last one.",
    "order-state": "The order has moved on meanwhile. Look where it is now.",
    "order-version": "It changed a moment ago. Look again.",
    "order-held": "Somebody else is making it.",
    "drink-unavailable": "That drink has just sold out. Please choose another.",
    "choice-unavailable": "Something you chose has just sold out. Please choose again.",
    "bad-option": "Something you chose is not offered any more. Please choose again.",
    "challenge-over": "That code has expired. Send yourself a new one.",
    "wrong-code": "That code is not right.",
    "resend-too-soon": "A code was sent a moment ago. Please wait a little.",
    "too-many-requests": "That was a lot of tries. Please wait a little.",
    "sms-refused": "No message can be sent to this number. Check it, or use another.",
    "number-not-served": "We cannot send codes to this kind of number. Use a mobile number, please.",
    "country-not-served": "We cannot send codes to numbers of this country. Use another, or ask at the counter.",
    "texts-off": "No text messages are sent here any more. This page tells you when it is ready.",
    "codes-used-up":
      "We have sent all the codes we can for now. Please try again a little later, or ask at the counter.",
    "document-changed": "Somebody else changed this meanwhile. Look at it again.",
    "document-invalid": "Something in it is not right. Nothing was saved.",
    "try-again": "That did not work just now. Please try again.",
    internal: "Something went wrong on our side. Please try again.",
  } satisfies Record<Exclude<ProblemCode, RareProblem>, string>,
};
