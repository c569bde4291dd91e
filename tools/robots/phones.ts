/** Area codes of fictional numbers (555-01xx) that no member of staff has. */
const areas = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228];

/** The n-th of two thousand fictional phone numbers that no member of staff has. */
export function customerPhone(n: number): string {
  return `+1${areas[Math.floor(n / 100) % areas.length]}55501${String(n % 100).padStart(2, "0")}`;
}
