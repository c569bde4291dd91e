import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { meet } from "../faults/meet.ts";
import { decodedPart } from "../kernel/address.ts";
import { listen, type Secure, sendEmpty, sendJson, uncounted, urlOf } from "../kernel/http-server.ts";
import { isThisMachine } from "../kernel/own-names.ts";
import type { Parts } from "../kernel/parts.ts";
import { recordRequest } from "../recorder/requests.ts";
import { supportedVersions } from "./api-versions.ts";
import { ClientEvents, type Told } from "./client-events.ts";
import { handleFrame, handleRawFrame, type RawMode } from "./client-frames.ts";
import { Connection, type ConnectionOptions, newUpstream, type Upstream } from "./connection.ts";
import { EventDelivery } from "./event-delivery.ts";
import { checkEventHandler, type EventHandler, type HubSettings } from "./event-handlers.ts";
import { checkEventListener, type EventListener } from "./event-listeners.ts";
import { foreignClient, refuseRequest, refuseSocket, wordsFor } from "./foreign-clients.ts";
import { Hub } from "./hub.ts";
import { ahead, Journal } from "./journal.ts";
import { ListenerDelivery } from "./listener-delivery.ts";
import { messageOfRaw, mostBytes } from "./message.ts";
import { type Meters, newMeters } from "./meters.ts";
import { checkGroupNames } from "./names.ts";
import { idleRoles, Permissions } from "./permissions.ts";
import { Refusal } from "./refusal.ts";
import { callRest } from "./rest.ts";
import { agreed, offered, protocolOf } from "./subprotocols.ts";
import { type Claims, claimList, sameText, signToken, verifyToken } from "./token.ts";

export type { EventHandler, HubSettings } from "./event-handlers.ts";
export { findEventHubs } from "./event-hub-producer.ts";
export type { EventListener } from "./event-listeners.ts";
export type { Meters } from "./meters.ts";

/** A connection in the result of `connections`. */
export interface ConnectionInfo {
  connectionId: string;
  userId: string | undefined;
  groups: string[];
}

export interface WebPubSub {
  /** The address for the service client and for clients. */
  readonly endpoint: string;
  readonly connectionString: string;
  readonly port: number;
  readonly meters: Readonly<Meters>;
  /** The names of the existing hubs. */
  readonly hubs: readonly string[];
  /** Replaces the event handlers and listeners of a hub. @throws TypeError if one of them is invalid */
  configure(hub: string, settings: HubSettings): void;
  /** The event handlers of a hub. */
  eventHandlers(hub: string): readonly EventHandler[];
  /** The event listeners of a hub. */
  eventListeners(hub: string): readonly EventListener[];
  /**
   * Call this after all hubs are configured: handlers and listeners then get the events of connections from before the restart
   * that cannot be recovered.
   */
  resume(): void;
  /** Sends JSON to all connections of a hub, or to one group, user or connection; returns how many connections it reached. */
  send(hub: string, data: unknown, to?: { group?: string; user?: string; connection?: string }): number;
  /** Closes a connection as a call of the application does: its client may connect again. False if the connection does not exist. */
  closeConnection(connectionId: string, reason: string): boolean;
  /** The connections of a hub, including those that can be recovered. */
  connections(hub: string): ConnectionInfo[];
  /** Terminates a connection's socket without a close frame, like a lost network. False if the connection does not exist. */
  drop(connectionId: string): boolean;
  /** Closes every connection of every hub, as the service does during maintenance: clients connect again and reload their data. */
  closeConnections(reason: string): void;
  close(): Promise<void>;
}

export interface WebPubSubOptions {
  host?: string;
  port?: number;
  /** Host names that requests may use, in addition to those of this machine. */
  names?: readonly string[];
  /** If given, the port also serves https. */
  secure?: Secure;
  /** The address by which clients reach this service, such as `http://192.168.1.5:8081`; default the address it listens on. */
  origin?: string;
  /** The access key; by default it is generated at the first start and stored. */
  key?: string;
  /** If given, all other hubs are refused, so that a misspelt name is noticed. */
  hubs?: string[];
  /** The maximum number of concurrent connections; 20 is the Free tier. Default unlimited. */
  maxConnections?: number;
}

/** How long a client of an unsupported protocol may stay to receive the refusal, in ms. */
const foreignStay = 20_000;

/** Starts a Web PubSub service. @throws PortTakenError */
export async function startWebPubSub(parts: Parts, options: WebPubSubOptions = {}): Promise<WebPubSub> {
  const { host = "127.0.0.1", maxConnections = Number.POSITIVE_INFINITY } = options;
  const { clock, ids, work, recorder } = parts;
  const log = parts.log.named("web pubsub");
  const key = options.key ?? (await keptKey(parts));
  const meters = newMeters();
  const hubs = new Map<string, Hub>();
  const journal = new Journal(parts.store);
  const known = options.hubs?.map((name) => name.toLowerCase());
  const told = new Set<string>();
  /** Logs each warning once; at most a hundred different ones. */
  const warnOnce = (message: string) => {
    if (told.has(message) || told.size >= 100) return;
    told.add(message);
    log.warn(message);
  };

  const hubOf = (encoded: string): Hub => {
    const name = decodedPart(encoded) ?? encoded;
    const id = name.toLowerCase();
    if (!/^[a-z][a-z0-9_`,.[\]]{0,127}$/.test(id)) {
      const right = "a letter, then up to 127 letters, digits and any of _ ` , . [ ]";
      throw new Refusal(400, "BadRequest", `'${name}' is not a hub name. A hub name is ${right}.`, "hub");
    }
    if (known && !known.includes(id)) {
      throw new Refusal(404, "NotFound", `There is no hub '${name}'; the hubs are ${known.join(", ")}.`);
    }
    const hub = hubs.get(id) ?? new Hub(journal);
    hubs.set(id, hub);
    return hub;
  };

  /** @throws Refusal 503 */
  const makeRoom = (bytes: number) => {
    try {
      parts.store.makeRoom(bytes);
    } catch (error) {
      throw new Refusal(503, "ServiceUnavailable", (error as Error).message);
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    const foreign = foreignClient(request, url);
    if (foreign !== undefined) {
      warnOnce(wordsFor(foreign));
      return refuseRequest(foreign, request, response, url);
    }
    // The application runs on this machine; phones only need the clients' address.
    if (!isThisMachine(request.socket))
      throw new Refusal(
        403,
        "Forbidden",
        "Only clients may connect from other machines; the service API is for this machine.",
      );
    // For the health check in the SDK's REST description.
    if (url.pathname === "/api/health" && request.method === "HEAD") return sendEmpty(response, 200);
    const [, name, path] = /^\/api\/hubs\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (name === undefined || path === undefined) {
      throw new Refusal(404, "NotFound", `There is nothing at ${url.pathname}; call /api/hubs/{hub}/….`);
    }
    meters.requests++;
    for (const [header, value] of Object.entries(supportedVersions)) response.setHeader(header, value);
    const token = bearer(request);
    if (token === undefined)
      throw new Refusal(401, "Unauthorized", "The header Authorization: Bearer <token> is missing.");
    verifyToken(token, key, url.pathname, clock.now());
    const hub = hubOf(name);
    recorder.running?.is("call", `${request.method} ${decodedPart(path) ?? path}`);
    const clientToken = (query: URLSearchParams) =>
      signToken(clientClaims(query, `${endpoint}/${clientPath(query)}/hubs/${name}`, clock.now()), key);
    const changing = request.method !== "GET" && request.method !== "HEAD";
    if (changing) makeRoom(Number(request.headers["content-length"] ?? 0));
    await meet(parts, "webpubsub", "call", name, response, async () => {
      const { status, body, headers } = await callRest({ hub, request, url, clientToken, recorder }, path);
      // A change is on disk before the caller is told of it.
      if (changing) await journal.written();
      for (const [header, value] of Object.entries(headers ?? {})) response.setHeader(header, value);
      if (body === undefined) sendEmpty(response, status);
      else sendJson(response, status, body);
    });
  };

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostBytes,
    // Compression costs more than it saves over loopback.
    perMessageDeflate: false,
    handleProtocols: (names, request) => chosen.get(request) ?? agreed([...names]),
  });
  /** The subprotocols chosen by event handlers. */
  const chosen = new WeakMap<IncomingMessage, string>();
  const delivery = new EventDelivery(parts, key, () => new URL(endpoint).host);
  const listeners = new ListenerDelivery({ ...parts, log });
  const events = new ClientEvents({ ...parts, log }, delivery, listeners);

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    admit(request).then(
      (connect) => sockets.handleUpgrade(request, socket, head, connect),
      (error: unknown) => {
        refuseUpgrade(
          socket,
          error instanceof Refusal ? error : new Refusal(500, "InternalServerError", String(error)),
        );
        log.warn(`A connection was refused: ${(error as Error).message}`);
      },
    );
  };

  /** Decides on an upgrade, with the event handler if there is one, and resolves with what to do with the open socket. @throws Refusal */
  const admit = async (request: IncomingMessage): Promise<(socket: WebSocket) => void> => {
    const url = urlOf(request);
    const foreign = foreignClient(request, url);
    if (foreign !== undefined) {
      warnOnce(wordsFor(foreign));
      return (socket) => {
        refuseSocket(foreign, socket, url);
        // The client has not authenticated and may not stay indefinitely; one that understands the refusal closes by itself.
        const end = clock.after(foreignStay, () => socket.terminate());
        socket.once("close", () => end.cancel());
      };
    }
    const name =
      /^\/client\/hubs\/([^/]+)\/?$/.exec(url.pathname)?.[1] ??
      (/^\/client\/?$/.test(url.pathname) ? url.searchParams.get("hub") : null);
    if (name === null) throw new Refusal(404, "NotFound", "Clients connect to /client/hubs/{hub}.");
    const hub = hubOf(name);
    const hubName = (decodedPart(name) ?? name).toLowerCase();
    const { subprotocol: offers, unknown } = protocolOf(request);
    const recovering = url.searchParams.get("awps_connection_id");
    const token = url.searchParams.get("access_token") ?? bearer(request);
    if (recovering !== null) {
      // The reconnection token alone authenticates a recovering client; its access token may have expired.
      if (token) verifyToken(token, key, `/client/hubs/${name}`, undefined);
      const connection = hub.connections.get(recovering);
      const given = url.searchParams.get("awps_reconnection_token") ?? "";
      if (
        connection?.reliable &&
        offers?.name === connection.subprotocol &&
        sameText(connection.reconnectionToken, given)
      ) {
        return (socket) => bind(hub, connection, socket);
      }
      // After a refused upgrade the client would retry for half a minute; 1008 makes it start over at once.
      return (socket) => socket.close(1008, "The connection is unknown, or its time for recovery has passed.");
    }
    const anonymous = !token && delivery.settings(hubName).anonymousConnectPolicy === "Allow";
    if (!token && !anonymous) throw new Refusal(401, "Unauthorized", "The access_token is missing.");
    const claims = token ? verifyToken(token, key, `/client/hubs/${name}`, clock.now()) : {};
    checkGroupNames(claimList(claims["webpubsub.group"]), "webpubsub.group");
    const checkRoom = () => {
      if (meters.connections >= maxConnections)
        throw new Refusal(429, "TooManyRequests", `All ${maxConnections} connections of this service are in use.`);
    };
    checkRoom();
    const asked = events.asksFor(hubName);
    for (const other of asked ? [] : unknown) {
      warnOnce(
        `A client offers the subprotocol '${other}', which the service does not support. It is accepted as a client without one, and the handshake names none: browsers and many libraries then close the connection. An event handler for 'connect' can choose it.`,
      );
    }
    const id = ids.bytes(18).toString("base64url");
    const upstream = newUpstream();
    // Checked for every client, though it only matters to those without a subprotocol.
    const mode = rawMode(url.searchParams);
    const answer = asked ? await events.connect({ request, url, claims, hub: hubName, id, upstream }) : {};
    checkRoom();
    const subprotocol = answer.subprotocol ?? offers?.name;
    if (answer.subprotocol !== undefined) {
      const names = offered(request);
      if (!names.includes(answer.subprotocol)) {
        const there = names.length === 0 ? "none" : names.join(", ");
        throw new Refusal(
          500,
          "InternalServerError",
          `The event handler of connect chose the subprotocol '${answer.subprotocol}', but the client offers ${there}.`,
        );
      }
      chosen.set(request, answer.subprotocol);
    }
    const roles = answer.roles ?? claimList(claims.role);
    for (const { role, why } of idleRoles(roles))
      warnOnce(`A client has the role '${role}', which permits nothing: ${why}`);
    const userId = answer.userId ?? claims.sub;
    const groups = answer.groups ?? claimList(claims["webpubsub.group"]);
    return (socket) => {
      const connection = enter(hub, hubName, {
        ...{ id, number: journal.number(), userId, subprotocol, groups, upstream },
        permissions: new Permissions(roles),
        reconnectionToken: ids.bytes(24).toString("base64url"),
      });
      bind(hub, connection, socket, mode);
      // Handlers that received `connected` also receive `disconnected`, even after a crash.
      void work
        .track(
          "web pubsub event",
          journal.written().catch(() => undefined),
        )
        .then(() => events.connected(connection));
    };
  };

  /** Adds a connection: a new one, or one from before the restart. */
  const enter = (
    hub: Hub,
    hubName: string,
    of: Pick<ConnectionOptions, "id" | "number" | "userId" | "subprotocol" | "permissions" | "reconnectionToken"> & {
      groups: string[];
      upstream: Upstream;
      left?: boolean;
    },
  ): Connection => {
    const { id, userId, subprotocol, groups, upstream, left = false } = of;
    const span = recorder.begin("webpubsub", "connection", userId ?? id, {
      causes: [],
      keys: [`connection:${id}`, ...(userId === undefined ? [] : [`user:${userId}`])],
      details: { hub: hubName, subprotocol: subprotocol ?? "none", groups, ...(left ? { fromRunBefore: true } : {}) },
    });
    upstream.cause = span.id;
    const connection = new Connection(parts, meters, {
      ...{ ...of, hub: hubName, journal },
      ended: (ended, reason) => {
        hub.remove(ended);
        meters.connections--;
        span.end("ok");
        void work
          .track(
            "web pubsub event",
            journal.written().catch(() => undefined),
          )
          .then(() => events.disconnected(ended, reason));
      },
    });
    hub.add(connection);
    meters.connections++;
    meters.mostConnections = Math.max(meters.mostConnections, meters.connections);
    return connection;
  };

  /** Connections from before the restart that cannot be recovered, until handlers are notified. */
  const gone: (Told & { number: number })[] = [];
  for (const [id, { hub, number, events: told, state, reconnectionToken, ...kept }] of [...journal.connections]) {
    const upstream = { ...newUpstream(), events: told + ahead, state };
    const { userId, subprotocol, groups = [] } = kept;
    const permissions = new Permissions(kept.permissions ?? [], kept.revoked);
    if (known !== undefined && !known.includes(hub)) journal.forget(id, number, journal.left(number));
    else if (reconnectionToken === undefined) gone.push({ id, number, hub, userId, subprotocol, upstream });
    else
      enter(hubOf(hub), hub, {
        ...{ id, number, userId, subprotocol, groups, permissions, reconnectionToken, upstream, left: true },
      });
  }

  const connectionOf = (id: string): Connection | undefined =>
    [...hubs.values()].map((hub) => hub.connections.get(id)).find((found) => found !== undefined);

  const server = await listen({
    part: "Web PubSub",
    host,
    port: options.port ?? 0,
    names: options.names ?? [],
    secure: options.secure,
    // A polling Socket.IO client comes from a page of another origin to receive its refusal; everything else has a token.
    origins: "any",
    handle: (request, response) =>
      work.track(
        "web pubsub request",
        recordRequest(recorder, "webpubsub", request, response, (span) =>
          handle(request, response).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
            log.warn(`${request.method} ${request.url} was answered ${error.status}: ${error.message}`);
            span.note({ refused: error.message });
            request.resume();
            sendJson(response, error.status, error.body, error.headers);
          }),
        ),
      ),
    upgrade,
    failed: (error) => log.error("A call failed.", { error: String(error) }),
  });
  const endpoint = (options.origin ?? `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${server.port}`).replace(
    /\/$/,
    "",
  );

  return {
    endpoint,
    connectionString: `Endpoint=${endpoint};AccessKey=${key};Version=1.0;`,
    port: server.port,
    meters,
    connections: (name) =>
      [...(hubs.get(name.toLowerCase())?.connections.values() ?? [])].map(({ id, userId, groups }) => ({
        connectionId: id,
        userId,
        groups: [...groups],
      })),
    get hubs() {
      return [...new Set([...(known ?? []), ...hubs.keys()])];
    },
    configure: (hub, settings) => {
      for (const handler of settings.eventHandlers ?? []) checkEventHandler(handler);
      for (const listener of settings.eventListeners ?? []) checkEventListener(listener);
      delivery.configure(hub, settings);
    },
    eventHandlers: (hub) => delivery.settings(hub).eventHandlers ?? [],
    eventListeners: (hub) => delivery.settings(hub).eventListeners ?? [],
    resume: () => {
      for (const connection of gone.splice(0)) {
        journal.forget(connection.id, connection.number, []);
        events.disconnected(connection, "The service was restarted.");
      }
    },
    send: (name, data, { group, user, connection } = {}) => {
      const hub = hubs.get(name.toLowerCase());
      if (hub === undefined) return 0;
      const text = JSON.stringify(data);
      const to =
        group !== undefined
          ? hub.ofGroup(group)
          : user !== undefined
            ? hub.ofUser(user)
            : [...hub.connections.values()].filter(({ id }) => connection === undefined || id === connection);
      const origin = group === undefined ? ({ from: "server" } as const) : ({ from: "group", group } as const);
      const span = recorder.begin("webpubsub", "send", group ?? user ?? connection ?? "everybody", {
        causes: [],
        details: { message: text, reached: to.map(({ id, userId }) => userId ?? id) },
      });
      hub.send(to, { dataType: "json", data: text, raw: text }, origin);
      span.end("ok");
      return to.length;
    },
    closeConnection: (connectionId, reason) => {
      const connection = connectionOf(connectionId);
      connection?.closeForApplication(reason);
      return connection !== undefined;
    },
    drop: (connectionId) => {
      const connection = connectionOf(connectionId);
      connection?.drop();
      return connection !== undefined;
    },
    closeConnections: (reason) => {
      for (const hub of hubs.values()) for (const connection of [...hub.connections.values()]) connection.close(reason);
    },
    close: async () => {
      delivery.close();
      await journal.close();
      for (const hub of hubs.values()) for (const connection of [...hub.connections.values()]) connection.abandon();
      for (const socket of sockets.clients) socket.terminate();
      await listeners.close();
      await server.close();
    },
  };

  /** Connects a socket and its connection in both directions. @param mode where the frames of a client without a subprotocol go. */
  function bind(hub: Hub, connection: Connection, socket: WebSocket, mode?: RawMode): void {
    uncounted(server.server, socket);
    // An error that `ws` reports here (a frame too long, invalid UTF-8) also closes the socket.
    socket.on("error", (error) => log.warn(`Connection ${connection.id}: ${error.message}`));
    socket.on("close", (code, reason) => connection.detached(socket, code, reason.toString()));
    socket.on("message", (data, isBinary) => {
      const end = work.begin("web pubsub frame");
      connection.take(() =>
        connection.wire === "none"
          ? handleRawFrame(hub, connection, messageOfRaw(data as Buffer, isBinary), mode, events.send, warnOnce)
          : handleFrame(hub, connection, data as Buffer, isBinary, events.send, warnOnce),
      );
      end();
    });
    connection.attach(socket);
  }
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** The group for all frames of a client without a subprotocol, if it requests that mode. Of repeated parameters the last counts. @throws Refusal 400 */
function rawMode(query: URLSearchParams): RawMode | undefined {
  const last = (name: string) => query.getAll(name).at(-1) ?? "";
  const mode = last("webpubsub_mode").toLowerCase();
  if (mode === "sendevent" || mode === "") return undefined;
  if (mode !== "sendtogroup") {
    throw new Refusal(400, "BadRequest", `webpubsub_mode is '${mode}'; it must be sendEvent or sendToGroup.`);
  }
  const group = last("group");
  checkGroupNames([group]);
  const noEcho = last("noEcho").toLowerCase();
  if (noEcho !== "true" && noEcho !== "false" && noEcho !== "") {
    throw new Refusal(400, "BadRequest", `noEcho is '${noEcho}'; it must be true or false.`, "noEcho");
  }
  return { group, noEcho: noEcho === "true" };
}

/** The path at which clients of a type connect. @throws Refusal 400 */
function clientPath(query: URLSearchParams): string {
  const type = query.get("clientType") ?? "Default";
  const paths: Record<string, string> = { default: "client", mqtt: "clients/mqtt", socketio: "clients/socketio" };
  const path = Object.hasOwn(paths, type.toLowerCase()) ? paths[type.toLowerCase()] : undefined;
  if (path !== undefined) return path;
  throw new Refusal(400, "BadRequest", `clientType is '${type}'; it must be Default, MQTT or SocketIO.`);
}

function clientClaims(query: URLSearchParams, aud: string, now: number): Claims {
  const sub = query.get("userId");
  const minutes = query.get("minutesToExpire") ?? "60";
  if (!/^[1-9]\d{0,8}$/.test(minutes)) {
    throw new Refusal(400, "BadRequest", `minutesToExpire is '${minutes}'; it must be a whole number from 1.`);
  }
  checkGroupNames(query.getAll("group"));
  return {
    aud,
    exp: Math.floor(now / 1000) + Number(minutes) * 60,
    role: query.getAll("role"),
    "webpubsub.group": query.getAll("group"),
    ...(sub === null ? {} : { sub }),
  };
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = JSON.stringify(refusal.body);
  const headers = { ...refusal.headers, "content-length": Buffer.byteLength(body), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${refusal.status} ${refusal.code}`, ...lines, "", body].join("\r\n"));
}

async function keptKey({ store, ids }: Parts): Promise<string> {
  const table = "webpubsub/settings";
  const kept = store.table<string>(table).get("key");
  if (kept !== undefined) return kept;
  const key = ids.bytes(32).toString("base64");
  await store.commit([{ table, key: "key", value: key }]);
  return key;
}
