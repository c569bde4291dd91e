import { join } from "node:path";

/** The recording in the repository: docs/recordings.md describes how it was made. */
export const ourRecording = join(import.meta.dirname, "..", "..", "recordings", "morning.ndjson.gz");
