import { open, rename } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { noSum } from "./log-line.ts";
import type { Extent } from "./pack-parts.ts";
import { textIfThere } from "./text-file.ts";

/** A pack in the manifest. */
export interface PackEntry {
  readonly id: number;
  /** How often its records were merged with others of their age. */
  readonly level: number;
  readonly bytes: number;
  readonly header: Extent;
}

/** The parts of a store: packs, oldest first, and the log that continues them. */
export interface Manifest {
  /** The first log to replay. */
  readonly log: number;
  /** The checksum of the line that precedes it. */
  readonly sum: string;
  readonly packs: readonly PackEntry[];
}

/** A store without packs, like a new one or one of an earlier version. */
export const noPacks: Manifest = { log: 0, sum: noSum, packs: [] };

/** Reads the manifest; `undefined` if it does not exist. @throws Error if it is damaged */
export function readManifest(path: string): Manifest | undefined {
  const text = textIfThere(path);
  if (text === undefined) return undefined;
  const json = text.slice(9, -1);
  if (textOf(json) === text) return JSON.parse(json) as Manifest;
  throw new Error(
    `${path}, which says what the store is made of, is damaged. Restore a copy of the folder, or start again with an empty one.`,
  );
}

/** Replaces the manifest atomically; the change is on disk after the folder is synced. */
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
