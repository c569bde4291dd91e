import { open, rename } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { noSum } from "./log-line.ts";
import type { Extent } from "./pack-parts.ts";
import { textIfThere } from "./text-file.ts";

/** A pack as the manifest knows it. */
export interface PackEntry {
  readonly id: number;
  /** How often its records have been brought together with others of their age. */
  readonly level: number;
  readonly bytes: number;
  readonly header: Extent;
}

/** What a store is made of: packs, older ones first, and the log that goes on from them. */
export interface Manifest {
  /** The first log to be read. */
  readonly log: number;
  /** The checksum of the line that it follows. */
  readonly sum: string;
  readonly packs: readonly PackEntry[];
}

/** A store without packs, as it begins and as earlier versions had it. */
export const noPacks: Manifest = { log: 0, sum: noSum, packs: [] };

/** What the file says; `undefined` when there is none. @throws Error when it is damaged */
export function readManifest(path: string): Manifest | undefined {
  const text = textIfThere(path);
  if (text === undefined) return undefined;
  const json = text.slice(9, -1);
  if (textOf(json) === text) return JSON.parse(json) as Manifest;
  throw new Error(
    `${path}, which says what the store is made of, is damaged. Restore a copy of the folder, or start again with an empty one.`,
  );
}

/** Puts the file in place in one step; it is on disk then, once the folder is synced. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w");
  try {
    await file.writeFile(textOf(JSON.stringify(manifest)));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

const textOf = (json: string) => `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
