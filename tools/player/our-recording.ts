import { join } from "node:path";

/** The recording that comes with the repository: docs/recordings.md says how it was made. */
export const ourRecording = join(import.meta.dirname, "..", "..", "recordings", "morning.ndjson.gz");
