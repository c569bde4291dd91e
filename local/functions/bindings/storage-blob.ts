import type { BlockBlobClient } from "@azure/storage-blob";
import { dotnetLong } from "../../kernel/dotnet-long.ts";
import type { Binding, TypedData } from "../protocol.ts";
import { accountOf } from "../storage/account.ts";
import type { StorageClients } from "../storage/clients.ts";
import { hasCode, storageError } from "../storage/errors.ts";
import { type ExpressionData, type ExpressionSystem, option } from "./expressions.ts";
import type { InputBinding, OutputBinding } from "./kinds.ts";

/**
 * The input `blob`: the content as bytes, or as text with `dataType: "string"`; no value if the blob does not exist.
 * @throws Error if an option is missing or invalid, or its connection is invalid.
 */
export function blobInput(binding: Binding, settings: Record<string, string>, clients: StorageClients): InputBinding {
  const blobAt = place(binding, settings, clients);
  return {
    async read(data, system) {
      const { client, failed } = await blobAt(data, system);
      try {
        return contentData(binding, await client.downloadToBuffer());
      } catch (error) {
        if (hasCode(error, "BlobNotFound", "ContainerNotFound")) return {};
        throw failed(error);
      }
    },
  };
}

/** The content of a blob, as a function gets it. */
export function contentData({ dataType }: Binding, content: Buffer): TypedData {
  return String(dataType).toLowerCase() === "string" ? { string: content.toString() } : { bytes: content };
}

/** The output `blob`: writes the whole blob, and creates the container if it does not exist. @throws Error as `blobInput` does. */
export function blobOutput(binding: Binding, settings: Record<string, string>, clients: StorageClients): OutputBinding {
  const blobAt = place(binding, settings, clients);
  return {
    async write(given, data, system) {
      const { client, container, account, failed } = await blobAt(data, system);
      const content = bytesOf(given);
      const upload = () => client.upload(content, content.length);
      try {
        await upload().catch(async (error: unknown) => {
          if (!hasCode(error, "ContainerNotFound")) throw error;
          await container.createIfNotExists();
          await upload();
        });
        clients.written(account, `container ${container.containerName}`);
      } catch (error) {
        throw failed(error);
      }
    },
  };
}

/** Bytes and text stay unchanged, objects become JSON. A number or Boolean is written in binary, little-endian, as on Azure. */
function bytesOf({ bytes, string, json, int, double }: TypedData): Buffer {
  if (bytes !== undefined) return Buffer.from(bytes);
  if (int !== undefined) return Buffer.from(Int32Array.of(Number(BigInt.asIntN(32, dotnetLong(int)))).buffer);
  if (double !== undefined) return Buffer.from(Float64Array.of(double).buffer);
  const value: unknown = json === undefined ? string : JSON.parse(json);
  if (typeof value === "boolean") return Buffer.of(value ? 1 : 0);
  return Buffer.from(typeof value === "string" ? value : (json ?? ""));
}

/** Checks the options of a binding; the blob itself depends on the trigger's data. */
function place(binding: Binding, settings: Record<string, string>, clients: StorageClients) {
  const account = accountOf(binding, settings);
  split(binding.path);
  return async (data: ExpressionData, system: ExpressionSystem) => {
    const path = option(binding, "path", data, system);
    const [containerName, blobName] = split(path);
    checkName(blobName);
    const container = (await clients.blobs(account)).getContainerClient(containerName);
    const client: BlockBlobClient = container.getBlockBlobClient(blobName);
    return {
      container,
      client,
      account,
      failed: (error: unknown) => storageError(error, `The blob "${path}"`, account),
    };
  };
}

/**
 * Refuses a name that the extension does not pass on to the storage.
 *
 * Source: `BlobNameValidationAttribute` of the Storage extension, and recorded from the real host.
 * @throws Error
 */
function checkName(blob: string): void {
  if (blob.length > 1024 || /[./]$|\\/.test(blob))
    throw new Error(
      `The blob cannot be named ${JSON.stringify(blob)}: on Azure a binding accepts names of at most 1024 characters, without a backslash, and without a dot or a slash at the end.`,
    );
}

function split(path: unknown): [string, string] {
  const [, container, blob] = /^\/?([^/]+)\/+([\s\S]+)$/.exec(typeof path === "string" ? path : "") ?? [];
  if (container === undefined || blob === undefined)
    throw new Error(`its "path" must be like "container/blob"; it is ${JSON.stringify(path) ?? "missing"}.`);
  return [container, blob];
}
