/** A phone number for a log that others may read: all but its last two digits are replaced with stars. */
export function masked(phone: string): string {
  return phone.slice(-2).padStart(phone.length, "*");
}
