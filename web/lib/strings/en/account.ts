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
    "You are signed out everywhere, and your number, your orders and your coffees are deleted within minutes. The stand's figures still count what was ordered, but not who ordered it. With the same number you can start again at any time.",
  deleteYes: "Delete it all",
  deleteNo: "Keep it",
  refused: {
    "orders-open": "An order is still on its way. Cancel it first, or wait until it is made.",
    "works-here": "This number is on the list of people of a stand. It must be removed from the list first.",
  },
  again: "That was done within the last day. Please try again in {time}.",

  worksElsewhere:
    "This number is on the list of people of another stand. They can download their data themselves, in the customer app.",
  customerTitle: "A customer's data",
  customerText: "Only when a customer asks for it, and you are sure that the number is theirs.",
  phone: "Their phone number",
  phoneHint: "With the country code, such as +1 425 555 0100, or as it is written in your country.",
  phoneMissing: "Enter the customer's number.",
  phoneWrong: "That is not a phone number. Check it, and start it with + and the country code.",
  none: "Nobody has signed in with this number, or their data was deleted.",
  customerDownload: "Download",
  customerDelete: "Delete",
  customerFile: "customer-data.json",
  customerDeleteTitle: "Delete the data of {phone}?",
  customerDeleteText:
    "They are signed out everywhere, and their number and orders are deleted within minutes. The figures still count what they ordered. This cannot be undone.",
  customerDeleted: "Deleted. It is gone everywhere within minutes.",
};
