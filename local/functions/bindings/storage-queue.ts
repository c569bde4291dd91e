import type { Binding, TypedData } from "../protocol.ts";
import { accountOf } from "../storage/account.ts";
import type { StorageClients } from "../storage/clients.ts";
import { storageError } from "../storage/errors.ts";
import { encodeMessage } from "../storage/message.ts";
import type { MessageEncoding } from "../storage/options.ts";
import { queueName } from "../storage/queue-name.ts";
import { option } from "./expressions.ts";
import type { OutputBinding } from "./kinds.ts";

/**
 * The output `queue`: one message, or one for each item of a list. Text stays unchanged, all other values become JSON. The queue is created if it
 * does not exist.
 * @throws Error if an option is missing or invalid, or its connection is invalid.
 */
export function queueOutput(
  binding: Binding,
  settings: Record<string, string>,
  clients: StorageClients,
  encoding: MessageEncoding,
): OutputBinding {
  const account = accountOf(binding, settings);
  // A name with expressions is only known when the output is written.
  if (!String(binding.queueName).includes("{")) queueName(binding.queueName);
  return {
    async write(given, data, system) {
      const queue = queueName(option(binding, "queueName", data, system));
      for (const message of messagesOf(given)) {
        try {
          await clients.send(account, queue, encodeMessage(message, encoding));
        } catch (error) {
          throw storageError(error, `The queue "${queue}"`, account);
        }
      }
    },
  };
}

/** A list can also be given as JSON text. Any other text is one message, unchanged. */
function messagesOf({ bytes, json, string, int, double }: TypedData): readonly (string | Uint8Array)[] {
  if (bytes !== undefined) return [bytes];
  const text = string ?? json ?? String(int ?? double);
  const list = listOf(text);
  if (list === undefined) return [text];
  return list.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
}

function listOf(text: string): readonly unknown[] | undefined {
  if (!/^\s*\[[\s\S]*\]\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    return undefined;
  }
}
