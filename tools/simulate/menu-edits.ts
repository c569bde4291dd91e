import { arrange, askConfig, deleteDocument, putDocument } from "../../web/admin/calls.ts";
import type { Device } from "../robots/device.ts";
import type { World } from "./world.ts";

type Document = Parameters<typeof putDocument>[1];

/** Removes the n-th drink from the menu. @returns its document, to restore it; `undefined` if there is none. @throws ApiError, NetworkError */
export async function takeOff({ api }: Device, n: number): Promise<Document | undefined> {
  const drinks = (await askConfig(api)).documents.filter(({ document }) => document.kind === "drink");
  const found = drinks[n % drinks.length];
  if (found === undefined) return undefined;
  await deleteDocument(api, found.document.id, found.etag);
  return found.document;
}

/** Writes a document, unless it exists. @throws ApiError, NetworkError */
export async function putBack({ api }: Device, document: Document): Promise<void> {
  const { documents } = await askConfig(api);
  if (!documents.some((one) => one.document.id === document.id)) await putDocument(api, document);
}

/** Moves the first drink of the menu to the end. @throws ApiError, NetworkError */
export async function lastFirst(device: Device): Promise<void> {
  const { menu } = await device.loadPage();
  const seen = [...menu].sort((a, b) => a.position - b.position).map(({ id }) => id);
  const [first, ...others] = seen;
  if (first !== undefined) await arrange(device.api, [...others, first], seen);
}

interface Group {
  id: string;
  default?: string;
  choices: { id: string; available?: boolean }[];
}

/** Toggles the n-th milk except the default between sold out and available, as somebody would in the data explorer. */
export async function runOut(world: World, store: string, n: number): Promise<void> {
  const [milk] = world.documents<Group>("config", store, "c.id = 'options:milk'");
  const others = milk?.choices.filter(({ id }) => id !== milk.default) ?? [];
  const chosen = others[n % others.length];
  if (milk === undefined || chosen === undefined) return;
  const choices = milk.choices.map((one) => (one === chosen ? { ...one, available: one.available === false } : one));
  await world.azure.cosmos.manage.save("crema", "config", { ...milk, choices });
}
