/**
 * `connecting`: not live yet. `live`: pushes arrive and the snapshot is complete. `reconnecting`: the connection was lost a moment ago.
 * `polling`: no connection is possible, the API is polled every few seconds instead. `offline`: the API does not respond either.
 */
export type LiveState = "connecting" | "live" | "reconnecting" | "polling" | "offline";
