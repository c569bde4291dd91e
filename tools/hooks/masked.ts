/** A phone number for a log that others may read: its last two digits, and a star for all else. */
export function masked(phone: string): string {
  return phone.slice(-2).padStart(phone.length, "*");
}
