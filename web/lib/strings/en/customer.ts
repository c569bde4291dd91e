/** Words of the customer's app on its first screen, and of what it waits for. */
export const customer = {
  // Above the menu
  openAhead: { one: "Open · {n} ahead of you", other: "Open · {n} ahead of you" },
  openFree: "Open · no queue",
  closedPill: "No orders now",
  fullPill: "Queue is full",
  waitNow: "Ready {wait} after you order",
  queueNow: { one: "{n} order in the queue", other: "{n} orders in the queue" },

  // Before an order
  signInTitle: "What is your phone number?",
  signInIntro: "We text you a code, so that only you can follow your order.",
  signInHeld: {
    one: "Your scan is kept for {n} minute while you sign in. We send a code to your phone, so that only you can follow your order.",
    other:
      "Your scan is kept for {n} minutes while you sign in. We send a code to your phone, so that only you can follow your order.",
  },
  signInMeanwhile: "Sign in meanwhile",
  scanTitle: "Scan the code on the screen",
  scanText:
    "Point your phone's camera at the code on the big screen at {store}. It brings you back here, ready to order.",
  typeCode: "Type the code instead",
  closedTitle: "{store} is closed",
  closedText: "Come back later: this page updates itself.",
  pausedTitle: "Short break",
  pausedText: "Back at {when}: this page updates itself.",
  lastOrders: "Last orders {when}",
  retiredTitle: "{store} has closed for good",
  retiredText: "Thank you for every cup.",
  opensText: "Open again {when}: this page updates itself.",
  fullTitle: "The queue is full",
  fullText: "Every place is taken just now. This page tells you as soon as one is free.",
  checking: "Checking your code…",
  admitting: "Taking your place in the queue…",
  slowTitle: "This takes longer than it should",
  slowText: "Your scan has arrived, but your order is not there yet. Nothing is lost: we can look again.",
  lookAgain: "Look again",
  problemTitle: "That did not work",
  offlineTitle: "You are offline",
  offlineText: "We try again as soon as there is a connection.",

  // My orders
  myOrders: "My orders",
};
