/** Words that all apps share. Every leaf is a text or a plural, so a translation is a file of the same shape. */
export const common = {
  brand: "Crema",
  loading: "One moment…",
  tryAgain: "Try again",
  back: "Back",
  close: "Close",
  notConfigured: "This page is not set up yet",
  notConfiguredHint: "Its settings could not be read. Check the connection and try again.",
  minutes: { one: "{n} min", other: "{n} min" },
  signOut: "Sign out",
  notAllowed: "This screen is for staff",
  notAllowedHint:
    "You are signed in as {phone}, and that number does not work here. Use another one, or ask whoever runs the stand to add you.",
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

export const signIn = {
  title: "Your phone number",
  intro: "We send a code by text message. That is all we need.",
  country: "Country",
  phone: "Phone number",
  send: "Send me the code",
  sending: "Sending…",
  codeTitle: "Enter the code",
  codeIntro: "Six digits, sent to {phone}.",
  code: "Code",
  check: "Sign in",
  checking: "Checking…",
  resend: "Send a new code",
  resendIn: "New code in {time}",
  resent: "A new code is on its way.",
  otherNumber: "Use another number",
  expired: "You were signed out. Please sign in again.",
  phoneEmpty: "Enter your phone number.",
  codeShort: "The code has six digits.",
};

export const errors = {
  network: "No connection. Check your network and try again.",
  unexpected: "Something went wrong on our side. Please try again.",
  wrongCode: { one: "That code is not right. {n} try left.", other: "That code is not right. {n} tries left." },
  waitFor: "Please wait {time} and try again.",
  byCode: {
    "not-signed-in": "You were signed out. Please sign in again.",
    forbidden: "You are not allowed to do that.",
    "unknown-store": "There is no such stand.",
    "store-closed": "The stand is closed right now.",
    "code-unknown": "This code is not known. Scan the one on the screen.",
    "code-over": "This code has run out. Scan the one on the screen now.",
    "code-exhausted": "Someone took the last one.",
    "drink-unavailable": "That drink has just sold out. Please choose another.",
    "challenge-over": "That code has run out. Send yourself a new one.",
    "wrong-code": "That code is not right.",
    "resend-too-soon": "A code was sent a moment ago. Please wait a little.",
    "too-many-requests": "That was a lot of tries. Please wait a little.",
    "sms-refused": "No message can be sent to this number. Check it, or use another.",
    "document-changed": "Somebody else changed this meanwhile. Look at it again.",
    "try-again": "That did not work just now. Please try again.",
    internal: "Something went wrong on our side. Please try again.",
  },
};
