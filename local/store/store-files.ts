/** Whether a file of this name in a data folder is of the store's records: see `log-file.ts`, `packs.ts`, `manifest.ts` and `reserve.ts`. */
export const isStoreFile = (name: string): boolean =>
  /^store\.(?:(?:\d+\.)?(?:log|end)|\d+\.pack(?:\.new)?|packs(?:\.new)?|reserve)$/.test(name);

/** Whether a file of this name is a lock of the folder, or what a process left that died while it took one: see `folder-lock.ts`. */
export const isLockFile = (name: string): boolean => /^lock(?:\.[\w.-]+)?$/.test(name);
