import type { Message } from "./message.ts";

/** A client's frame, independent of the wire format. `unknown` members are not validated yet. */
export interface ClientFrame {
  type: unknown;
  group?: unknown;
  event?: unknown;
  ackId?: unknown;
  noEcho?: unknown;
  ttlSeconds?: unknown;
  sequenceId?: unknown;
  stream?: unknown;
  invocationId?: unknown;
  /** The message in it, or the error. */
  message?: () => Message | string;
}

/** The origin of a message, as its frame states it. */
export type Origin = { from: "server" } | { from: "group"; group: string; fromUserId?: string | undefined };

/** Why an operation failed, as in an acknowledgement. */
export interface Failure {
  name: "Forbidden" | "BadRequest" | "InternalServerError" | "Duplicate" | "NotFound";
  message: string;
}

/** A frame from the service that is not a message. */
export type Reply =
  | { type: "pong" }
  | { type: "ack"; ackId: number; success: boolean; error?: Failure }
  | {
      type: "system";
      event: "connected";
      /** `null` for a client without a user. */
      userId: string | null;
      connectionId: string;
      reconnectionToken?: string;
    }
  | { type: "system"; event: "disconnected"; message: string }
  | { type: "invokeResponse"; invocationId: unknown; success: false; error: Failure }
  | { type: "streamClosed"; streamId: string; error: Failure };
