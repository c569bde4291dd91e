/**
 * Request units, estimated from what is documented: a point read of 1 KB costs 1 and one of 100 KB about 10,
 * creating 1 KB with the default indexes a little over 5, replacing it about 10. Good for comparing, not for bills.
 */
const kilobytes = (bytes: number): number => Math.max(bytes / 1024, 1);
const rounded = (charge: number): number => Math.round(charge * 100) / 100;

/** Request units of a read of one item of so many bytes. */
export const readCharge = (bytes: number): number => rounded(1 + (kilobytes(bytes) - 1) * (9 / 99));

/** Request units of a write of one item of so many bytes; one that takes the place of another costs nearly twice as much. */
export const writeCharge = (bytes: number, overwrites: boolean): number =>
  rounded((overwrites ? 10.29 : 5.52) * (1 + (kilobytes(bytes) - 1) * (9 / 99)));

/** Request units of the deletion of one item of so many bytes: as many as its creation took. */
export const deleteCharge = (bytes: number): number => writeCharge(bytes, false);

/** A query or feed page that read documents of `bytes` together. */
export const queryCharge = (bytes: number): number => rounded(2.3 + (bytes / 1024) * 0.25);

/** A request that was refused or found nothing, and requests about containers and databases. */
export const smallCharge = 1;
