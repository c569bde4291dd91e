import type { Message } from "./message.ts";

/** A frame of a client, of whichever wire. What is `unknown` is not checked yet. */
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
  /** The message in it, or what is wrong with it. */
  message?: () => Message | string;
}

/** Where a message comes from, as the frame says it. */
export type Origin = { from: "server" } | { from: "group"; group: string; fromUserId?: string | undefined };

/** Why something was not done, as an acknowledgement says it. */
export interface Failure {
  name: "Forbidden" | "BadRequest" | "InternalServerError" | "Duplicate" | "NotFound";
  message: string;
}

/** What the service says to a client that is no message. */
export type Reply =
  | { type: "pong" }
  | { type: "ack"; ackId: number; success: boolean; error?: Failure }
  | {
      type: "system";
      event: "connected";
      userId: string | undefined;
      connectionId: string;
      reconnectionToken?: string;
    }
  | { type: "system"; event: "disconnected"; message: string }
  | { type: "invokeResponse"; invocationId: unknown; success: false; error: Failure }
  | { type: "streamClosed"; streamId: string; error: Failure };
