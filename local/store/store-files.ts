/** Whether a file of this name in a data folder belongs to the store: see `log-file.ts`, `packs.ts`, `manifest.ts` and `reserve.ts`. */
export const isStoreFile = (name: string): boolean =>
  /^store\.(?:(?:\d+\.)?(?:log|end)|\d+\.pack(?:\.new)?|packs(?:\.new)?|reserve)$/.test(name);

/** Whether a file of this name is a lock of the folder, or a leftover of a process that died while taking it: see `folder-lock.ts`. */
export const isLockFile = (name: string): boolean => /^lock(?:\.[\w.-]+)?$/.test(name);
