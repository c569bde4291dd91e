/**
 * Request charges in request units, estimated from the documentation: a point read of 1 KB costs 1 and one of 100 KB about 10,
 * creating 1 KB with the default indexing policy a little over 5, replacing it about 10. Good for comparisons, not for bills.
 */
const kilobytes = (bytes: number): number => Math.max(bytes / 1024, 1);
const rounded = (charge: number): number => Math.round(charge * 100) / 100;

/** The request charge of a point read of an item of this many bytes. */
export const readCharge = (bytes: number): number => rounded(1 + (kilobytes(bytes) - 1) * (9 / 99));

/** The request charge of writing an item of this many bytes. Replacing an item costs nearly twice as much as creating it. */
export const writeCharge = (bytes: number, overwrites: boolean): number =>
  rounded((overwrites ? 10.29 : 5.52) * (1 + (kilobytes(bytes) - 1) * (9 / 99)));

/** The request charge of deleting an item of this many bytes, the same as of creating it. */
export const deleteCharge = (bytes: number): number => writeCharge(bytes, false);

/** The request charge of a query page or feed page that read documents of `bytes` in total. */
export const queryCharge = (bytes: number): number => rounded(2.3 + (bytes / 1024) * 0.25);

/** The request charge of a request that failed or found nothing, and of requests on containers and databases. */
export const smallCharge = 1;
