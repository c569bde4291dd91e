/** Words that the apps of the staff share. */
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
  notAllowed: "This screen is for staff",
  notAllowedHint:
    "You are signed in as {phone}, which is not on the list of people. Use another number, or ask whoever runs the stand to add you.",
  noLonger: "You no longer work here",
  noLongerHint:
    "{phone} was taken off the list of people. You can still order as a customer. If that is a mistake, ask whoever runs the stand.",
  roleChanged: "You can no longer use this screen",
  roleChangedHint: "The role of {phone} at this stand was changed. If that is a mistake, ask whoever runs the stand.",
};
