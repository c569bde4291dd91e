const prefix = "deleted-";

/** Whose an order is once its customer was forgotten: an id for each order, so that nobody seems to be one guest with a hundred coffees. Pure. */
export const nobodyOf = (orderId: string): string => `${prefix}${orderId}`;

/** Whether an order is nobody's any more: then there is nobody to count for, thank or tell. Pure. */
export const isNobody = (customerId: string): boolean => customerId.startsWith(prefix);
