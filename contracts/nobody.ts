const prefix = "deleted-";

/** The customer id of an order after its customer was deleted. Each order has a different one, so that they do not seem to be the orders of one guest. Pure. */
export const nobodyOf = (orderId: string): string => `${prefix}${orderId}`;

/** Whether the customer of an order was deleted. Then nobody is counted, thanked or notified. Pure. */
export const isNobody = (customerId: string): boolean => customerId.startsWith(prefix);
