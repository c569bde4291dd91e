/**
 * `connecting`: not live yet. `live`: pushes come in and the snapshot is whole. `reconnecting`: the connection was lost a moment ago.
 * `polling`: no connection can be had, the API is asked every few seconds instead. `offline`: the API does not answer either.
 */
export type LiveState = "connecting" | "live" | "reconnecting" | "polling" | "offline";
