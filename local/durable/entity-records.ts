/** An entity that has had a message. Its function decides whether it `exists`; the row stays until it is purged. */
export interface EntityRecord {
  /** `@name@key`, the name in lower case. */
  readonly id: string;
  readonly exists: boolean;
  /** JSON text. */
  readonly state?: string;
  /** The instance that holds the lock. */
  readonly lockedBy?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
}

/** A message for an entity. `parent` is the instance that sent it and, for calls and locks, waits for the reply. */
export type EntityMessage = { readonly entity: string; readonly at: number } & (
  | {
      readonly kind: "operation";
      readonly requestId: string;
      readonly name: string;
      /** JSON text. */
      readonly input: string | null;
      readonly signal: boolean;
      readonly parent?: string;
      readonly executionId?: string;
    }
  | {
      readonly kind: "lock";
      readonly requestId: string;
      readonly set: readonly string[];
      readonly position: number;
      readonly parent: string;
      readonly executionId: string;
    }
  | { readonly kind: "release"; readonly parent: string }
);

/** The scheduler id of an entity; names are compared without case. */
export const entityId = (name: string, key: string) => `@${name.toLowerCase()}@${key}`;

/** Whether an id has the form of an entity id. */
export const isEntityId = (id: string): boolean => id.startsWith("@") && id.indexOf("@", 1) > 1;

/** The name and key of a scheduler id. @throws Error if it is not an entity id. */
export function parseEntityId(id: string): { name: string; key: string } {
  if (!isEntityId(id)) throw new Error(`'${id}' is not an entity id of the form @name@key.`);
  const at = id.indexOf("@", 1);
  return { name: id.slice(1, at), key: id.slice(at + 1) };
}
