/** Documents as an admin's store has them. */
export const store = {
  id: "store",
  kind: "store",
  storeId: "main",
  name: "Main stand",
  open: true,
  timeZone: "Europe/Berlin",
  capacity: 20,
  choosingMinutes: 5,
  makingMinutes: 15,
  codeMinutes: 5,
  scansPerCode: 10,
  openOrdersPerCustomer: 1,
  ordersPerDay: 3,
};

export const drink = {
  id: "drink:latte",
  kind: "drink",
  storeId: "main",
  name: "Latte",
  description: "mild, milky",
  icon: "takeaway",
  available: true,
  position: 40,
  options: [
    {
      id: "size",
      name: "Size",
      choose: "one",
      choices: [
        { id: "regular", name: "Regular" },
        { id: "large", name: "Large" },
      ],
      default: "regular",
    },
    {
      id: "milk",
      name: "Milk",
      choose: "one",
      choices: [
        { id: "whole", name: "Whole milk" },
        { id: "oat", name: "Oat milk" },
      ],
      default: "whole",
    },
  ],
};

export const sharedMilk = {
  id: "options:milk",
  kind: "options",
  storeId: "main",
  name: "Milk",
  choose: "one",
  choices: [
    { id: "none", name: "No milk" },
    { id: "whole", name: "Whole" },
    { id: "oat", name: "Oat", available: false },
  ],
  default: "whole",
};

export const sharing = {
  ...drink,
  id: "drink:americano",
  name: "Americano",
  options: [{ shared: "options:milk", default: "none", without: ["oat"] }],
};

export const staff = {
  id: "staff:+14255550100",
  kind: "staff",
  storeId: "main",
  phone: "+14255550100",
  name: "Ana",
  roles: ["admin", "barista"],
};
