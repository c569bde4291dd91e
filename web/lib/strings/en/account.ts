/** Texts about stored personal data: for the person themselves, and for an admin who acts on their request. */
export const account = {
  title: "Devices and data",
  devices: "Where you are signed in",
  data: "Your data",
  dataText: "Your number, where you are signed in, and your orders. Download it as a file, or have it deleted.",
  download: "Download my data",
  fetching: "One moment…",
  file: "my-coffee-data.json",
  fileFailed: "The file could not be made. Please try again.",
  delete: "Delete my data",
  deleteTitle: "Delete your data?",
  deleteText:
    "You are signed out everywhere, and your number, your orders and your coffees are forgotten within minutes. What was ordered stays as a number in the stand's figures, without you. With the same number you can begin anew at any time.",
  deleteYes: "Delete it all",
  deleteNo: "Keep it",
  refused: {
    "orders-open": "An order is still on its way. Cancel it first, or wait until it is made.",
    "works-here": "This number works at a stand. It has to be taken off the list of people first.",
  },
  again: "That was done within the last day. Please try again in {time}.",

  worksElsewhere:
    "This number works at another stand. They can download what is held about them themselves, in the customer app.",
  customerTitle: "A customer's data",
  customerText: "Only when a customer asks for it, and you are sure that the number is theirs.",
  phone: "Their phone number",
  phoneHint: "With the country's code, such as +1 425 555 0100, or as it is written in your country.",
  phoneMissing: "Enter the customer's number.",
  phoneWrong: "That is no phone number. Check it, and begin it with + and the country's code.",
  none: "Nobody has signed in with this number, or they were forgotten.",
  customerDownload: "Download",
  customerDelete: "Delete",
  customerFile: "customer-data.json",
  customerDeleteTitle: "Delete the data of {phone}?",
  customerDeleteText:
    "They are signed out everywhere, and their number and orders are forgotten within minutes. What they ordered stays as a number in the figures. This cannot be taken back.",
  customerDeleted: "Deleted. It is gone everywhere within minutes.",
};
