/** Words that the bar and the admin app share. */
export const staff = {
  pause: "Pause…",
  paused: "Paused {time}",
  endPause: "End pause",
  pauseTitle: "Let nobody in for a while?",
  pauseText: "Orders that are here go on. Phones and displays count down, and it ends by itself.",
  pauseReason: "Reason, shown to customers",
  pauseReasonHint: "May be left empty.",
  pauseFor: { one: "{n} minute", other: "{n} minutes" },
  keepOpen: "Keep it open",
  onTheMenu: "on the menu",
  isSoldOut: "sold out",
  closesAt: "closes {when}",
  opensAt: "opens {when}",
};
