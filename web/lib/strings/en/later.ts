/** Texts of the customer's app that no first screen needs. They are loaded with `customer/later.ts`. */
export const later = {
  // Before an order
  typeTitle: "Type the code",
  typeText: "It is on the big screen at {store}, below the QR code.",
  typeLabel: "Code from the screen",
  typeGo: "Continue",
  typeWrong: "Our codes have no {sign}. Please look at the screen once more.",
  typeLength: { one: "The code has {n} character.", other: "The code has {n} letters and digits." },
  typeAgain: "Type it again",
  codeTypedText: "Please compare it with the screen: a new code comes every few minutes.",
  freeTitle: "A place is free again",
  freeText: "Order now, before somebody else does.",
  openTitle: "{store} is open again",
  codeUnknownTitle: "We don't know this code",
  codeUnknownText: "Scan the code on the screen once more.",
  codeOverTitle: "This code has expired",
  codeOverText: "Codes change every {n} minutes. Scan the one that is on the screen now.",
  codeExhaustedTitle: "Someone took the last one",
  codeExhaustedText: "A new code comes in {time}. Then scan it on the screen.",
  codeExhaustedNow: "There is a new code on the screen now. Scan it to order.",
  limitTitle: "You already have an order",
  limitText: "One at a time, please: it is on its way.",
  goToOrder: "Go to my order",
  dayLimitTitle: "That was your last one for today",
  dayLimitText: {
    one: "Everyone gets {n} coffee a day here. See you tomorrow!",
    other: "Everyone gets {n} coffees a day here. See you tomorrow!",
  },
  limitThis: "This is number {n} of {most} for today.",
  limitToday: "{n} of {most} for today. Counting starts again: {when}.",
  limitDone: {
    one: "You have had your one for today. The next: from {when}.",
    other: "You have had all {n} for today. The next: from {when}.",
  },
  limitOpen: {
    one: "You have an order on its way: the next one can follow when it is ready.",
    other: "You have {n} orders on their way: the next one can follow when one is ready.",
  },
  limitAtOnce: "{n} of {most} orders on their way.",

  // The order
  cancelTitle: "Cancel your order?",
  cancelText: "Your place in the queue goes to the next person.",
  cancelYes: "Yes, cancel it",
  cancelling: "Cancelling…",
  cancelNo: "Keep it",

  // How it ended
  collectedTitle: "Enjoy your {drink}!",
  collectedText: "Order {number} is yours. Come back soon.",
  uncollectedTitle: "Nobody fetched it",
  uncollectedText: "Please order again, or say hello at the counter.",
  cancelledTitle: "Order cancelled",
  cancelledText: "Nothing is made, and your place is free for somebody else.",
  barCancelledTitle: "The bar had to cancel your order",
  barCancelledText: "Sorry about that. You can order something else.",
  barSays: "The bar says:",
  expiredYouTitle: "Your time ran out",
  expiredYouText: {
    one: "There is {n} minute to choose, then the place goes to the next person. You can start again.",
    other: "There are {n} minutes to choose, then the place goes to the next person. You can start again.",
  },
  expiredBarTitle: "Sorry, we did not get to it",
  expiredBarText:
    "Your order waited too long and was taken off the list. Please order again, or say hello at the counter.",
  seeStory: "See how your coffee travelled",
  seeHappened: "See what happened",
  orderAgain: "Order again",
  done: "Done",

  // My orders
  account: "Devices and data",
  noOrders: "No orders yet",
  noOrdersText: "What you order shows up here.",
  noDrink: "No drink chosen",
  seeTravel: "See how it travelled",
};
