import { fitsPattern, patternFault } from "./role-patterns.ts";

/** What a client may be permitted to do with a group. */
export const permissionNames = ["sendToGroup", "joinLeaveGroup"] as const;
export type PermissionName = (typeof permissionNames)[number];

/** The maximum number of patterns that count for one permission, and of single groups that are permitted or forbidden. */
const mostPatterns = 9;
const mostGroups = 1000;

/** The permissions of a connection in its stored form. */
export interface KeptPermissions {
  roles: string[];
  /** Groups that are forbidden although a role permits them, as `<permission>.<group>`. */
  revoked: string[];
}

/**
 * The permissions of a connection: from its roles, then changed for single groups by the service API. A change for one group counts more than a role for
 * all groups or a pattern.
 */
export class Permissions {
  readonly #of: Readonly<Record<PermissionName, GroupPermission>>;

  /** @param revoked as stored. */
  constructor(roles: Iterable<string>, revoked: Iterable<string> = []) {
    const all = [...roles];
    this.#of = {
      sendToGroup: new GroupPermission("sendToGroup", all),
      joinLeaveGroup: new GroupPermission("joinLeaveGroup", all),
    };
    for (const each of revoked) {
      const name = permissionNames.find((permission) => each.startsWith(`${permission}.`));
      if (name !== undefined) this.set(name, each.slice(name.length + 1), false);
    }
  }

  /** Whether the client has the permission for a group. */
  allows(name: PermissionName, group: string): boolean {
    return this.#of[name].allows(group);
  }

  /** Permits or forbids one group. Returns whether anything has changed; `"too many"` if the connection has too many such groups. */
  set(name: PermissionName, group: string, allowed: boolean): boolean | "too many" {
    return this.#of[name].set(group, allowed);
  }

  /** The stored form. */
  kept(): KeptPermissions {
    const all = permissionNames.map((name) => this.#of[name].kept());
    return { roles: all.flatMap(({ roles }) => roles), revoked: all.flatMap(({ revoked }) => revoked) };
  }
}

class GroupPermission {
  readonly #name: PermissionName;
  readonly #all: boolean;
  readonly #patterns: readonly string[];
  /** The groups for which something else counts than for all, or by the patterns. */
  readonly #groups = new Map<string, boolean>();

  constructor(name: PermissionName, roles: readonly string[]) {
    this.#name = name;
    const role = `webpubsub.${name}`;
    this.#all = roles.includes(role);
    this.#patterns = countingPatterns(name, roles);
    for (const each of roles) if (each.startsWith(`${role}.`)) this.set(each.slice(role.length + 1), true);
  }

  allows(group: string): boolean {
    return this.#groups.get(group) ?? this.#byRule(group);
  }

  set(group: string, allowed: boolean): boolean | "too many" {
    if (this.allows(group) === allowed) return false;
    if (this.#groups.has(group)) return this.#groups.delete(group);
    if (this.#groups.size >= mostGroups) return "too many";
    this.#groups.set(group, allowed);
    return true;
  }

  kept(): KeptPermissions {
    const role = `webpubsub.${this.#name}`;
    const groups = [...this.#groups];
    return {
      roles: [
        ...(this.#all ? [role] : []),
        ...this.#patterns.map((pattern) => `${role}s.${pattern}`),
        ...groups.filter(([, allowed]) => allowed).map(([group]) => `${role}.${group}`),
      ],
      revoked: groups.filter(([, allowed]) => !allowed).map(([group]) => `${this.#name}.${group}`),
    };
  }

  #byRule(group: string): boolean {
    return this.#all || this.#patterns.some((pattern) => fitsPattern(pattern, group));
  }
}

/** The patterns of the roles for one permission that count: in the order of their text, valid ones, and not too many. */
function countingPatterns(name: PermissionName, roles: readonly string[]): string[] {
  const prefix = `webpubsub.${name}s.`;
  return [...new Set(roles)]
    .filter((role) => role.startsWith(prefix))
    .map((role) => role.slice(prefix.length))
    .filter((pattern) => patternFault(pattern) === undefined)
    .sort()
    .slice(0, mostPatterns);
}

/**
 * The service roles that permit nothing, and why; role names are case-sensitive. Roles without the prefix `webpubsub.` belong to the application.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol#permissions
 */
export function idleRoles(roles: readonly string[]): { role: string; why: string }[] {
  const counting = new Set(
    permissionNames.flatMap((name) => countingPatterns(name, roles).map((pattern) => `webpubsub.${name}s.${pattern}`)),
  );
  return roles.flatMap((role) => {
    if (!role.toLowerCase().startsWith("webpubsub.")) return [];
    const [, plural, of] = /^webpubsub\.(?:sendToGroup|joinLeaveGroup)(s?)(?:\.(.+))?$/s.exec(role) ?? [];
    if (plural === undefined || (plural === "s" && of === undefined)) {
      const why =
        "the roles are webpubsub.sendToGroup and webpubsub.joinLeaveGroup, each also with .<group>, and with s.<pattern>.";
      return [{ role, why }];
    }
    if (plural === "" || counting.has(role)) return [];
    const why = patternFault(of ?? "") ?? `only ${mostPatterns} patterns count for each permission.`;
    return [{ role, why }];
  });
}
