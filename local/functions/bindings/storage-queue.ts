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
 * The output `queue`: a message, or one for each of a list; text as it is, anything else as JSON. The queue is made when there is none.
 * @throws Error when an option is missing or wrong, or its connection leads nowhere.
 */
export function queueOutput(
  binding: Binding,
  settings: Record<string, string>,
  clients: StorageClients,
  encoding: MessageEncoding,
): OutputBinding {
  const account = accountOf(binding, settings);
  // A name with expressions is known when it is written to.
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

/** A list may also come as its JSON text; the text of anything else is one message, to the letter. */
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
