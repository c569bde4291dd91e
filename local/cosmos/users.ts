import type { Parts } from "../kernel/parts.ts";
import type { Change, Table } from "../store/store.ts";
import { checkedId, type DatabaseDefinition } from "./definitions.ts";
import { badRequest, conflict, notFound, preconditionFailed } from "./errors.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { keyText, type PartitionKey } from "./partition-key.ts";
import { isObject, type Json } from "./query/values.ts";
import { readKey } from "./read-key.ts";
import { type Grant, resourceToken } from "./resource-token.ts";
import { decodeRid, encodeRid } from "./rids.ts";

interface Resource {
  id: string;
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

/** A user of a database, to whom permissions are granted. */
export interface User extends Resource {
  _permissions: "permissions/";
}

/** What a user may do with a container or an item. */
export interface Permission extends Resource {
  /** `Read` or `All`, in the client's spelling. */
  permissionMode: string;
  /** A resource link, name-based or rid-based. */
  resource: string;
  resourcePartitionKey?: Json;
}

const userTable = "cosmos/users";
const permissionTable = "cosmos/permissions";
const answered = ["_rid", "_self", "_etag", "_ts"];
const permissionMembers = ["id", "permissionMode", "resource", "resourcePartitionKey", "_token", ...answered];

/** The users of all databases and their permissions. */
export class Users {
  readonly #parts: Parts;
  readonly #key: Buffer;

  /** @param key the account key, which signs tokens */
  constructor(parts: Parts, key: Buffer) {
    this.#parts = parts;
    this.#key = key;
  }

  /** A resource token that is valid for this many seconds. */
  token(grant: Omit<Grant, "from" | "until">, seconds: number): string {
    const from = Math.floor(this.#parts.clock.now() / 1000);
    return resourceToken({ ...grant, from, until: from + seconds }, this.#key);
  }

  /** The users of a database. */
  of({ _self }: DatabaseDefinition): User[] {
    return [...this.#users().values()].filter((user) => user._self.startsWith(`${_self}users/`));
  }

  /** Finds a user by id or rid. @throws a 404 */
  user(database: DatabaseDefinition, id: string): User {
    return found(this.of(database), id, `The user '${id}'`);
  }

  /** @throws a 409 if the id is taken */
  async create(database: DatabaseDefinition, body: unknown): Promise<User> {
    const id = checkedUser(body);
    const all = this.of(database);
    if (all.some((user) => user.id === id)) throw conflict(`The user '${id}' already exists.`);
    const rid = this.#newRid(decodeRid(database._rid), 4, all);
    const user: User = { id, ...this.#made(rid, `${database._self}users/${rid}/`), _permissions: "permissions/" };
    await this.#save([{ table: userTable, key: rid, value: user }]);
    return user;
  }

  /** Replaces a user. Only the id can change. */
  async replace(database: DatabaseDefinition, before: User, body: unknown, ifMatch?: string): Promise<User> {
    const id = checkedUser(body);
    checkVersion(before, ifMatch);
    if (id !== before.id && this.of(database).some((user) => user.id === id)) {
      throw conflict(`The user '${id}' already exists.`);
    }
    const user: User = { ...before, id, ...this.#made(before._rid, before._self) };
    await this.#save([{ table: userTable, key: user._rid, value: user }]);
    return user;
  }

  /** Deletes a user with its permissions. Tokens that were already issued stay valid until they expire. */
  async delete(user: User, ifMatch?: string): Promise<void> {
    checkVersion(user, ifMatch);
    await this.#save(this.#removal([user]));
  }

  /** All permissions of a user. */
  permissions({ _self }: User): Permission[] {
    return [...this.#permissions().values()].filter((each) => each._self.startsWith(`${_self}permissions/`));
  }

  /** Finds a permission by id or rid. @throws a 404 */
  permission(user: User, id: string): Permission {
    return found(this.permissions(user), id, `The permission '${id}' of the user '${user.id}'`);
  }

  /**
   * @param resourceOf resolves a link to a text that identifies the resource; throws if the link is invalid
   * @throws a 409 if the id is taken, or if the user has another permission for the same resource
   */
  async createPermission(user: User, body: unknown, resourceOf: (link: string) => string): Promise<Permission> {
    const checked = checkedPermission(body);
    const all = this.permissions(user);
    if (all.some(({ id }) => id === checked.id)) throw conflict(`The permission '${checked.id}' already exists.`);
    checkAlone(checked, all, resourceOf);
    const rid = this.#newRid(decodeRid(user._rid), 8, all);
    const permission = { ...checked, ...this.#made(rid, `${user._self}permissions/${rid}/`) };
    await this.#save([{ table: permissionTable, key: rid, value: permission }]);
    return permission;
  }

  /**
   * Replaces a permission. Tokens that were already issued stay valid until they expire. @param resourceOf as for `createPermission` @throws a 412 if
   * the permission has changed, a 409 as `createPermission` does
   */
  async replacePermission(
    user: User,
    before: Permission,
    body: unknown,
    resourceOf: (link: string) => string,
    ifMatch?: string,
  ): Promise<Permission> {
    const checked = checkedPermission(body);
    checkVersion(before, ifMatch);
    const others = this.permissions(user).filter(({ _rid }) => _rid !== before._rid);
    if (others.some(({ id }) => id === checked.id)) throw conflict(`The permission '${checked.id}' already exists.`);
    checkAlone(checked, others, resourceOf);
    const permission = { ...checked, ...this.#made(before._rid, before._self) };
    await this.#save([{ table: permissionTable, key: permission._rid, value: permission }]);
    return permission;
  }

  /** Deletes a permission. Tokens that were already issued stay valid until they expire. @throws a 412 if the permission has changed */
  async deletePermission(permission: Permission, ifMatch?: string): Promise<void> {
    checkVersion(permission, ifMatch);
    await this.#save([{ table: permissionTable, key: permission._rid, value: undefined }]);
  }

  /** The changes that delete the users and permissions of a database. */
  removal(database: DatabaseDefinition): Change[] {
    return this.#removal(this.of(database));
  }

  #removal(users: User[]): Change[] {
    return users.flatMap((user) => [
      { table: userTable, key: user._rid, value: undefined },
      ...this.permissions(user).map(({ _rid }) => ({ table: permissionTable, key: _rid, value: undefined })),
    ]);
  }

  #users(): Table<User> {
    return this.#parts.store.table<User>(userTable);
  }

  #permissions(): Table<Permission> {
    return this.#parts.store.table<Permission>(permissionTable);
  }

  #save(changes: Change[]): Promise<void> {
    return this.#parts.store.commit(changes);
  }

  #made(_rid: string, _self: string): Omit<Resource, "id"> {
    const _ts = Math.floor(this.#parts.clock.now() / 1000);
    return { _rid, _self, _etag: `"${this.#parts.ids.uuid()}"`, _ts };
  }

  #newRid(owner: Buffer, length: number, others: Resource[]): string {
    for (;;) {
      const own = this.#parts.ids.bytes(length);
      // The highest bit distinguishes a container from a user of a database.
      own[0] = (own[0] ?? 0) & 0x7f;
      const rid = encodeRid(Buffer.concat([owner, own]));
      if (!others.some(({ _rid }) => _rid === rid)) return rid;
    }
  }
}

/** The partition key that a permission covers, or its first components. */
export function permittedKey({ resourcePartitionKey: given }: Pick<Permission, "resourcePartitionKey">): PartitionKey {
  return given === undefined || given === null ? [] : readKey(JSON.stringify([given].flat()));
}

function found<T extends Resource>(all: T[], id: string, what: string): T {
  const one = all.find((each) => each.id === id) ?? all.find((each) => each._rid === id);
  if (one === undefined) throw notFound(what);
  return one;
}

function checkedUser(body: unknown): string {
  const id = checkedId(body);
  refuseUnknown(body as { [name: string]: Json }, ["id", "_permissions", ...answered], `The user ${id}`);
  return id;
}

function checkedPermission(body: unknown): Omit<Permission, keyof Resource> & { id: string } {
  const id = checkedId(body);
  const given = isObject(body) ? body : {};
  refuseUnknown(given, permissionMembers, `The permission ${id}`);
  const { resource, resourcePartitionKey } = given;
  const mode = String(given.permissionMode).toLowerCase();
  if (mode !== "read" && mode !== "all") {
    throw badRequest(
      `The permissionMode of ${id} must be "Read" or "All", not ${JSON.stringify(given.permissionMode)}.`,
    );
  }
  if (typeof resource !== "string")
    throw badRequest(`The permission ${id} needs a resource, such as "dbs/shop/colls/orders".`);
  const key = resourcePartitionKey === undefined || resourcePartitionKey === null ? {} : { resourcePartitionKey };
  permittedKey(key);
  return { id, permissionMode: String(given.permissionMode), resource, ...key };
}

/** A user has at most one permission per resource. */
function checkAlone(
  given: Omit<Permission, keyof Resource>,
  others: Permission[],
  resourceOf: (link: string) => string,
) {
  const nameOf = (each: Omit<Permission, keyof Resource>): string =>
    `${resourceOf(each.resource)} ${keyText(permittedKey(each))}`;
  const own = nameOf(given);
  const same = others.find((each) => {
    try {
      return nameOf(each) === own;
    } catch {
      // The resource of the other permission no longer exists.
      return false;
    }
  });
  if (same !== undefined) throw conflict(`The user already has the permission '${same.id}' for ${given.resource}.`);
}

function checkVersion({ id, _etag }: Resource, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch === _etag) return;
  throw preconditionFailed(`'${id}' now has the etag ${_etag}; if-match requires ${ifMatch}.`);
}
