/** Keeps the screen on while the page is in view, where the browser can do that. Returns what ends it. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let ended = false;
  const hold = async (): Promise<void> => {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    try {
      // A browser lets go by itself each time the page is hidden.
      lock = await navigator.wakeLock.request("screen");
      if (ended) await lock.release();
    } catch {
      // The battery is low, or it is not allowed: the screen then sleeps as its owner set it.
    }
  };
  const seen = (): void => void hold();
  document.addEventListener("visibilitychange", seen);
  void hold();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", seen);
    void lock?.release();
  };
}
