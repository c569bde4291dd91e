/** `device`: shared by all tabs. `tab`: of this tab alone; it outlives a reload, and ends with the tab. */
type Place = "device" | "tab";
const storage = (place: Place): Storage => (place === "tab" ? sessionStorage : localStorage);

/** What was kept under the key. Where storage is switched off, values last as long as the page. */
export function load<T>(key: string, otherwise: T, place: Place = "device"): T {
  try {
    return (JSON.parse(storage(place).getItem(key) ?? "null") as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(key: string, value: unknown, place: Place = "device"): void {
  try {
    storage(place).setItem(key, JSON.stringify(value));
  } catch {}
}
