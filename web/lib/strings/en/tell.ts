/** Texts about the notification for a ready order. */
export const tell = {
  title: "Tell me when it is ready",
  text: "Then put your phone away: it lets you know.",
  no: "No, thanks",
  asking: "One moment…",
  on: "We tell you when it is ready",
  onText: "You can put your phone away.",
  switch: "Tell me when an order is ready",
  denied:
    "Notifications from this page are blocked. You can allow them in your browser's settings; this page tells you in any case.",
  install:
    "To be told on this device, put Crema on the Home Screen: touch Share, then “Add to Home Screen”, and open it from there.",
  failed: "Your browser could not set that up just now. This page tells you in any case.",
  textMe: "Text me when it is ready",
  textOn: "We text you when it is ready",
  textTo: "To the number that you signed in with.",
};
