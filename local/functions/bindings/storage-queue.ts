import { dotnetLong } from "../../kernel/dotnet-long.ts";
import type { Binding, TypedData } from "../protocol.ts";
import { accountOf } from "../storage/account.ts";
import type { StorageClients } from "../storage/clients.ts";
import { storageError } from "../storage/errors.ts";
import { encodeMessage } from "../storage/message.ts";
import type { MessageEncoding } from "../storage/options.ts";
import { queueName } from "../storage/queue-name.ts";
import { dotnetText } from "./dotnet-text.ts";
import { option } from "./expressions.ts";
import type { OutputBinding } from "./kinds.ts";
import { itemsOf, outputValue } from "./values.ts";

/**
 * The output `queue`: one message, or one for each item of a list. The queue is created if it does not exist.
 *
 * Source: `BindAsyncCollectorAsync` of the Functions host, and recorded from it.
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

/** The texts of the messages: plain values in the form of .NET, objects and lists as JSON in several lines. */
function messagesOf(given: TypedData): readonly (string | Uint8Array)[] {
  const { bytes, int } = given;
  if (bytes !== undefined) return [bytes];
  if (int !== undefined) return [String(dotnetLong(int))];
  const value = outputValue(given);
  // A text that is no JSON stays as it is; the times of one that is have their form already.
  const hasDates = given.string !== undefined && typeof value !== "string";
  return itemsOf(value).map((item) =>
    typeof item === "object" && item !== null
      ? JSON.stringify(item, null, 2)
      : dotnetText(item as string | number | boolean | null, hasDates),
  );
}
