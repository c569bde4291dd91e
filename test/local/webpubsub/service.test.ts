import { once } from "node:events";
import { AzureKeyCredential, odata, WebPubSubServiceClient } from "@azure/web-pubsub";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { signToken } from "../../../local/webpubsub/token.ts";
import { startService } from "./harness.ts";

let live: Awaited<ReturnType<typeof startService>>;
beforeEach(async () => {
  live = await startService();
});
afterEach(() => live.close());

describe("sending", () => {
  test("to all, to a group, to a user and to a connection reaches exactly those", async () => {
    const a = await live.open({ userId: "ann", groups: ["staff"] });
    const b = await live.open({ userId: "bob", groups: ["staff", "store"] });
    await live.service.sendToAll({ to: "all" });
    await live.service.group("store").sendToAll({ to: "store" });
    await live.service.sendToUser("ann", { to: "ann" });
    await live.service.sendToConnection(b.id, { to: "b" });
    await live.service.group("staff").sendToAll("end", { contentType: "text/plain" });
    await a.until(4);
    await b.until(5);
    expect(a.data()).toEqual([{ to: "all" }, { to: "ann" }, "end"]);
    expect(b.data()).toEqual([{ to: "all" }, { to: "store" }, { to: "b" }, "end"]);
    expect(b.seen.map(({ kind }) => kind)).toEqual(["connected", "server", "group", "server", "group"]);
  });

  test("keeps the kinds of data apart", async () => {
    const screen = await live.open();
    await live.service.sendToAll({ umlaut: "größe", list: [1, null] });
    await live.service.sendToAll("line\n2", { contentType: "text/plain" });
    await live.service.sendToAll(new Uint8Array([1, 2, 255]).buffer);
    await screen.until(4);
    expect(screen.data()).toEqual([
      { umlaut: "größe", list: [1, null] },
      "line\n2",
      new Uint8Array([1, 2, 255]).buffer,
    ]);
  });

  test("leaves out excluded connections and those that a filter does not want", async () => {
    const screens = await Promise.all(
      ["ann", "bo'b", "cy"].map((userId) => live.open({ userId, groups: [`of ${userId}`] })),
    );
    const [ann, bob, cy] = screens;
    await live.service.sendToAll(1, { excludedConnections: [ann?.id ?? ""] });
    await live.service.sendToAll(2, { filter: odata`userId ne ${"bo'b"} and not ('of cy' in groups)` });
    await live.service.sendToAll(3, { filter: odata`userId eq null or (connectionId eq ${bob?.id})` });
    await live.service.sendToAll(4, { excludedConnections: [ann?.id ?? "", bob?.id ?? ""] });
    await live.service.sendToAll("end");
    await Promise.all([ann?.until(3), bob?.until(4), cy?.until(4)]);
    expect([ann?.data(), bob?.data(), cy?.data()]).toEqual([
      [2, "end"],
      [1, 3, "end"],
      [1, 4, "end"],
    ]);
  });

  test("is refused when the filter makes no sense or the message is longer than 1 MB", async () => {
    await expect(live.service.sendToAll(1, { filter: "(userId eq 'a'" })).rejects.toMatchObject({ statusCode: 400 });
    await expect(live.service.sendToAll("x".repeat(1024 * 1024))).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("Invalid Content-Length header. It is 1048578; a body has at most 1048576"),
    });
  });

  test("counts as work until it is written, and in units of 2 KB", async () => {
    const screen = await live.open();
    await live.service.sendToAll("x".repeat(3000), { contentType: "text/plain" });
    await live.parts.work.idle();
    await screen.until(2);
    expect(live.pubsub.meters).toMatchObject({ connections: 1, mostConnections: 1, messagesOut: 2, requests: 1 });
  });
});

describe("the answer to a bad filter is the one recorded from the service", () => {
  const recorded = (target: string) => {
    const message =
      "Invalid syntax for 'invalid filter': Syntax error at position 14 in 'invalid filter'. (Parameter 'filter')";
    return {
      ...{ code: "Error.BadRequest", message, target, errors: { [target]: [message] }, type: null },
      ...{
        title: "One or more validation errors occurred.",
        status: 400,
        detail: null,
        instance: null,
        extensions: {},
      },
    };
  };

  test.each<[string, string, () => Promise<void>]>([
    ["sending to all", "filter", () => live.service.sendToAll(1, { filter: "invalid filter" })],
    ["sending to a user", "filter", () => live.service.sendToUser("u", 1, { filter: "invalid filter" })],
    ["sending to a group", "filter", () => live.service.group("g").sendToAll(1, { filter: "invalid filter" })],
    ["joining", "Filter", () => live.service.addConnectionsToGroups(["g"], "invalid filter")],
    ["leaving", "Filter", () => live.service.removeConnectionsFromGroups(["g"], "invalid filter")],
  ])("when %s", async (_, target, call) => {
    const error = await call().then(
      () => undefined,
      (reason: { statusCode: number; message: string; response: { headers: Headers } }) => reason,
    );
    expect(error?.statusCode).toBe(400);
    expect(JSON.parse(error?.message ?? "")).toEqual(recorded(target));
    expect(error?.response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(error?.response.headers.get("x-ms-error-code")).toBe("Error.BadRequest");
  });
});

describe("groups", () => {
  test("of a connection and of a user are changed by the service", async () => {
    const screen = await live.open({ userId: "ann" });
    const group = live.service.group("g");
    const groups = () => live.pubsub.connections("live")[0]?.groups;
    await group.addConnection(screen.id);
    expect(groups()).toEqual(["g"]);
    await group.removeConnection(screen.id);
    expect(groups()).toEqual([]);
    await group.addUser("ann");
    expect([groups(), await live.service.groupExists("g")]).toEqual([["g"], true]);
    await group.removeUser("ann");
    expect([groups(), await live.service.groupExists("g")]).toEqual([[], false]);
    await group.addUser("ann");
    await live.service.removeUserFromAllGroups("ann");
    expect(groups()).toEqual([]);
    await group.addUser("ann");
    await live.service.removeConnectionFromAllGroups(screen.id);
    expect(groups()).toEqual([]);
    await expect(group.addConnection("nobody")).rejects.toMatchObject({
      statusCode: 404,
      code: "Error.Connection.NotExisted",
      message: "Connection `nobody` is not found.",
    });
  });

  test("are changed for all that a filter finds", async () => {
    await Promise.all(["ann", "bob"].map((userId) => live.open({ userId, groups: ["old"] })));
    await live.service.addConnectionsToGroups(["x", "y"], "userId eq 'ann'");
    await live.service.removeConnectionsFromGroups(["old"], "'x' in groups");
    const found = live.pubsub.connections("live").map(({ userId, groups }) => [userId, groups]);
    expect(found.sort()).toEqual([
      ["ann", ["x", "y"]],
      ["bob", ["old"]],
    ]);
  });

  test("are changed for all without a filter, and for those that a filter found before the first change", async () => {
    const screen = await live.open();
    const groups = () => live.pubsub.connections("live")[0]?.groups;
    const { service } = live;
    await service.addConnectionsToGroups(["a"], "");
    await service.addConnectionsToGroups(["b", "c"], "not ('b' in groups)");
    expect(groups()).toEqual(["a", "b", "c"]);
    await service.removeConnectionsFromGroups(["a", "b", "c"], "'a' in groups");
    expect(groups()).toEqual([]);
    await service.sendToAll(1, { filter: "" });
    await screen.until(2);
  });

  test("of a user that is not there cannot be changed, except to leave", async () => {
    await expect(live.service.group("g").addUser("nobody")).rejects.toMatchObject({
      ...{ statusCode: 404, code: "Error.User.NotExisted", message: "User `nobody` is not found." },
    });
    await live.service.group("g").removeUser("nobody");
    await live.service.removeUserFromAllGroups("nobody");
  });

  test("are listed without leaving out anybody because others went", async () => {
    const opened = await Promise.all([1, 2, 3, 4, 5].map((n) => live.open({ userId: `u${n}`, groups: ["g"] })));
    const pages = (await live.service.group("g").listConnections({ maxPageSize: 2, top: 4 })).byPage();
    const { value: first } = (await pages.next()) as { value: { connectionId: string }[] };
    for (const { connectionId } of first) await live.service.group("g").removeConnection(connectionId);
    const { value: second } = (await pages.next()) as { value: { connectionId: string }[] };
    expect(second).toHaveLength(2);
    expect(new Set([...first, ...second].map(({ connectionId }) => connectionId)).size).toBe(4);
    expect((await pages.next()).done).toBe(true);
    expect(opened).toHaveLength(5);
  });

  test("and users with a slash in their name cannot be said in the path of a call, as by the service", async () => {
    const [slash, literal] = await Promise.all(
      ["a/b", "a%2Fb"].map((userId) => live.open({ userId, groups: [userId] })),
    );
    await live.service.sendToUser("a/b", 1);
    await live.service.group("a/b").sendToAll(2);
    await live.service.sendToAll("end");
    await Promise.all([slash?.until(2), literal?.until(4)]);
    expect([slash?.data(), literal?.data()]).toEqual([["end"], [1, 2, "end"]]);
  });

  test("are listed page by page", async () => {
    const opened = await Promise.all([1, 2, 3].map((n) => live.open({ userId: `u${n}`, groups: ["g"] })));
    const list = async (options: object) => {
      const found: string[] = [];
      for await (const { connectionId } of await live.service.group("g").listConnections(options))
        found.push(connectionId);
      return found.sort();
    };
    expect(await list({ maxPageSize: 2 })).toEqual(opened.map(({ id }) => id).sort());
    expect(await list({ top: 2 })).toHaveLength(2);
  });
});

test("connections, users and groups exist while somebody is there", async () => {
  expect((await fetch(`${live.pubsub.endpoint}/api/health`, { method: "HEAD" })).status).toBe(200);
  const screen = await live.open({ userId: "ann" });
  const exist = () => Promise.all([live.service.connectionExists(screen.id), live.service.userExists("ann")]);
  expect(await exist()).toEqual([true, true]);
  screen.client.stop();
  // The service sees the end of a connection when the machine likes.
  await expect.poll(() => live.pubsub.connections("live")).toEqual([]);
  expect(await exist()).toEqual([false, false]);
});

describe("permissions", () => {
  const can = (id: string, permission: "sendToGroup" | "joinLeaveGroup" = "sendToGroup") => ({
    has: (targetName: string) => live.service.hasPermission(id, permission, { targetName }),
    grant: (targetName: string) => live.service.grantPermission(id, permission, { targetName }),
    revoke: (targetName: string) => live.service.revokePermission(id, permission, { targetName }),
  });

  test("are granted, told and revoked for one group", async () => {
    const { id } = await live.open();
    const { has, grant, revoke } = can(id);
    await grant("g");
    await grant("g");
    expect([await has("g"), await has("h"), await has("G")]).toEqual([true, false, false]);
    await revoke("g");
    await revoke("g");
    expect(await has("g")).toBe(false);
  });

  test("for a group are revoked also if a role is for all groups, or a pattern fits", async () => {
    const roles = ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroups.room*"];
    const { id, client } = await live.open({ roles, groups: ["room"] });
    for (const permission of ["sendToGroup", "joinLeaveGroup"] as const) {
      const { has, revoke } = can(id, permission);
      expect([await has("room"), await has("room-2")]).toEqual([true, true]);
      await revoke("room");
      expect([await has("room"), await has("room-2")]).toEqual([false, true]);
    }
    const forbidden = { errorDetail: { name: "Forbidden" } };
    await expect(client.sendToGroup("room", 1, "json")).rejects.toMatchObject(forbidden);
    await expect(client.leaveGroup("room")).rejects.toMatchObject(forbidden);
    expect(live.pubsub.connections("live")[0]?.groups).toEqual(["room"]);
    await can(id).grant("room");
    await client.sendToGroup("room", 1, "json");
  });

  test("are for a thousand single groups at most", async () => {
    const { id } = await live.open();
    const { grant, has } = can(id);
    for (let n = 0; n < 1000; n++) await grant(`g${n}`);
    await expect(grant("one more")).rejects.toMatchObject({ statusCode: 409, code: "Error.Connection.Conflict" });
    expect(await has("one more")).toBe(false);
  });

  test("of nobody cannot be granted", async () => {
    const { has, grant, revoke } = can("nobody");
    expect(await has("g")).toBe(false);
    await revoke("g");
    await expect(grant("g")).rejects.toMatchObject({ statusCode: 404, code: "Info.Connection.NotExisted" });
  });

  test("are about a group, which the SDK does not ask for", async () => {
    const { id } = await live.open();
    for (const call of [
      () => live.service.grantPermission(id, "sendToGroup"),
      () => live.service.revokePermission(id, "sendToGroup"),
    ])
      await expect(call()).rejects.toMatchObject({ statusCode: 400, message: expect.stringContaining("targetName") });
    await expect(live.service.hasPermission(id, "sendToGroup")).rejects.toMatchObject({ statusCode: 400 });
  });

  test("survive a restart, and so does what was revoked", async () => {
    const { id: kept } = await live.open({ roles: ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroups.a.*"] });
    await can(kept).revoke("g");
    await can(kept, "joinLeaveGroup").grant("b");
    await live.pubsub.close();
    const again = await startService({}, live.parts);
    const has = (permission: "sendToGroup" | "joinLeaveGroup", targetName: string) =>
      again.service.hasPermission(kept, permission, { targetName });
    expect([await has("sendToGroup", "g"), await has("sendToGroup", "h")]).toEqual([false, true]);
    expect([await has("joinLeaveGroup", "b"), await has("joinLeaveGroup", "a.x")]).toEqual([true, true]);
    await again.pubsub.close();
  });
});

describe("closing", () => {
  test("a connection tells the client why, and the client comes back as another one", async () => {
    const screen = await live.open({ userId: "ann", groups: ["g"] });
    await live.service.closeConnection(screen.id, { reason: "shop is closed" });
    await screen.until(3);
    expect(screen.seen.map(({ kind, message }) => [kind, message])).toEqual([
      ["connected", undefined],
      ["disconnected", "Application server closed the connection. Reason: shop is closed"],
      ["connected", undefined],
    ]);
    expect(screen.seen[2]?.connectionId).not.toBe(screen.id);
    expect(live.pubsub.meters.connections).toBe(1);
  });

  test("is a normal closure whose frame says no reason; the message before it does", async () => {
    for (const [reason, words] of [
      ["enough", "Application server closed the connection. Reason: enough"],
      [undefined, "Application server closed the connection."],
    ] as const) {
      const { url } = await live.service.getClientAccessToken({ userId: "ann" });
      const socket = new WebSocket(url, "json.webpubsub.azure.v1");
      const frames: string[] = [];
      socket.on("message", (data) => frames.push(data.toString()));
      await once(socket, "message");
      const closed = once(socket, "close");
      await live.service.closeUserConnections("ann", reason === undefined ? {} : { reason });
      const [code, said] = (await closed) as [number, Buffer];
      expect([code, said.toString(), JSON.parse(frames[1] ?? "")]).toEqual([
        ...[1000, ""],
        { type: "system", event: "disconnected", message: words },
      ]);
    }
  });

  test("reaches all, a group or a user, but for those excluded", async () => {
    const quiet = { autoReconnect: false };
    const [a, b, c] = await Promise.all(
      ["ann", "bob", "cy"].map((userId) => live.open({ userId, groups: userId === "cy" ? [] : ["g"] }, quiet)),
    );
    const users = () =>
      live.pubsub
        .connections("live")
        .map(({ userId }) => userId)
        .sort();
    // The REST call has it, the SDK passes it on, only the SDK's types leave it out.
    const options: { reason: string; excluded: string[] } = { reason: "", excluded: [a?.id ?? ""] };
    await live.service.group("g").closeAllConnections(options);
    expect(users()).toEqual(["ann", "cy"]);
    await live.service.closeUserConnections("cy");
    expect(users()).toEqual(["ann"]);
    await live.service.closeAllConnections();
    expect(users()).toEqual([]);
    await Promise.all([a?.until(2), b?.until(2), c?.until(2)]);
  });
});

describe("a call is refused", () => {
  const clientOf = (key: string, hub = "live") =>
    new WebPubSubServiceClient(live.pubsub.endpoint, new AzureKeyCredential(key), hub, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });

  test("with another key, without a token, and after the token's hour and the five minutes that clocks may differ by", async () => {
    await expect(clientOf("wrong").sendToAll(1)).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining("access key"),
    });
    expect((await fetch(`${live.pubsub.endpoint}/api/hubs/live/:send`, { method: "POST" })).status).toBe(401);
    await live.advance(66 * 60_000);
    await expect(live.service.sendToAll(1)).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining("expired"),
    });
  });

  test("with a token made for another call", async () => {
    let authorization = "";
    const spy = new WebPubSubServiceClient(live.pubsub.connectionString, "live", {
      allowInsecureConnection: true,
      additionalPolicies: [
        {
          position: "perRetry",
          policy: {
            name: "spy",
            sendRequest: (request, next) => {
              authorization = request.headers.get("authorization") ?? "";
              return next(request);
            },
          },
        },
      ],
    });
    await spy.sendToAll(1);
    const call = (path: string) =>
      fetch(`${live.pubsub.endpoint}${path}?api-version=2024-12-01`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: "1",
      });
    expect((await call("/api/hubs/live/:send")).status).toBe(202);
    expect((await call("/api/hubs/live/groups/g/:send")).status).toBe(401);
    expect((await call("/api/elsewhere")).status).toBe(404);
  });

  /** Calls without the SDK, for what it would never send; of the newest version where the path says none. */
  const call = async (method: string, given: string, body?: unknown, type = "application/json") => {
    const version = given.includes("api-version") ? "" : `${given.includes("?") ? "&" : "?"}api-version=2024-12-01`;
    return unversioned(method, given + version, body, type);
  };
  const request = (method: string, path: string, init: RequestInit = {}) => {
    const { origin } = new URL(live.pubsub.endpoint);
    const key = /AccessKey=([^;]+)/.exec(live.pubsub.connectionString)?.[1] ?? "";
    const claims = { aud: `${origin}${path}`, exp: Math.floor(Date.now() / 1000) + 60 };
    const authorization = `Bearer ${signToken(claims, key)}`;
    return fetch(`${origin}${path}`, { ...init, method, headers: { authorization, ...init.headers } });
  };
  const answerTo = (method: string, path: string, init: RequestInit = {}) =>
    request(method, `${path}${path.includes("?") ? "&" : "?"}api-version=2024-12-01`, init);
  const unversioned = async (method: string, path: string, body?: unknown, type = "application/json") => {
    const response = await request(method, path, {
      headers: { "content-type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { message, token = "" } = text === "" ? {} : (JSON.parse(text) as { message?: string; token?: string });
    return `${response.status} ${message ?? token}`;
  };

  test.each([
    ["POST", ":send?filters=true", "has no query parameter 'filters'; it has api-version, excluded, filter, mess"],
    [
      "POST",
      "users/u/:send?excluded=c",
      "no query parameter 'excluded'; it has api-version, filter, messageTtlSeconds",
    ],
    ["POST", "connections/c/:send?filter=true", "no query parameter 'filter'"],
    ["POST", ":closeConnections?filter=true", "no query parameter 'filter'; it has api-version, excluded, reason"],
    ["HEAD", "groups/g?x=1", ""],
    ["POST", ":send?api-version=2019-01-01", "not support the API version '2019-01-01'. It supports 2021-10-01, 2022-"],
    ["POST", ":send?api-version=", "An API version is required, but was not specified. Add api-version=2024-12-01"],
    ["POST", ":send?api-version=2024-12-01&api-version=2024-12-01", "'api-version' occurs more than once"],
    [
      "DELETE",
      "connections/c/groups?api-version=2021-10-01",
      "'2021-10-01'. It supports 2022-11-01, 2023-07-01, 2024-",
    ],
    ["POST", ":addToGroups?api-version=2022-11-01", "'2022-11-01'. It supports 2023-07-01, "],
    ["GET", "groups/g/connections?api-version=2024-01-01", "'2024-01-01'. It supports 2024-12-01."],
    ["POST", ":send?api-version=2021-10-01&filter=true", "no query parameter 'filter'; it has api-version, excluded."],
    ["POST", ":send?api-version=2022-11-01&messageTtlSeconds=1", "has no query parameter 'messageTtlSeconds'"],
    ["POST", ":generateToken?api-version=2021-10-01&group=g", "has no query parameter 'group'"],
    ["POST", ":send?messageTtlSeconds=soon", "messageTtlSeconds is 'soon'; it must be a whole number from 0 to 300."],
    ["POST", ":send?messageTtlSeconds=1.5", "messageTtlSeconds is '1.5'"],
    ["POST", ":send?filter=true&filter=false", "'filter' occurs more than once"],
    ["POST", ":send?messageTtlSeconds=5&messageTtlSeconds=6", "'messageTtlSeconds' occurs more than once"],
    ["POST", ":generateToken?role=a&role=b&userId=a&userId=b", "'userId' occurs more than once"],
    ["POST", ":send?messageTtlSeconds=301", "messageTtlSeconds is '301'"],
    ["GET", "groups/g/connections?top=0", "top is '0'; it must be a whole number from 1 to 2147483647."],
    ["GET", "groups/g/connections?maxpagesize=201", "maxpagesize is '201'"],
    ["GET", "groups/g/connections?continuationToken=x", "continuationToken is 'x', which this call has not returned"],
    ["GET", "groups/g/connections?continuationToken=", "continuationToken is ''"],
    ["PUT", "permissions/fly/connections/c?targetName=g", "no permission 'fly'"],
    ["PUT", "permissions/3/connections/c?targetName=g", "no permission '3'"],
    ["POST", ":generateToken?clientType=Pigeon", "clientType is 'Pigeon'; it must be Default, MQTT or SocketIO"],
    ["POST", ":generateToken?minutesToExpire=0", "minutesToExpire is '0'"],
    ["PUT", "users/%/groups/g", "escape that is not UTF-8"],
    ["DELETE", "connections/%ff", "escape that is not UTF-8"],
    ["HEAD", "groups/%zz", ""],
    ["POST", "users//:send", "no name after users"],
    ["DELETE", "connections/", "no name after connections"],
  ])("with 400: %s %s", async (method, path, words) => {
    const [status, ...message] = (
      await call(method, `/api/hubs/live/${path}`, method === "POST" ? 1 : undefined)
    ).split(" ");
    expect(status).toBe("400");
    expect(message.join(" ")).toContain(words);
  });

  test("with 400 for every call that says no version", async () => {
    for (const [method, path] of [
      ["POST", ":send"],
      ["POST", "users/u/:send?messageTtlSeconds=5"],
      ["POST", ":closeConnections"],
      ["POST", ":generateToken"],
      ["GET", "groups/g/connections"],
      ["PUT", "users/u/groups/g"],
      ["DELETE", "connections/c"],
    ] as const)
      expect(await unversioned(method, `/api/hubs/live/${path}`), path).toMatch(/^400 An API version is required/);
    expect(await unversioned("HEAD", "/api/hubs/live/users/u")).toBe("400 ");
  });

  test("and not for a permission in another case, or by its number", async () => {
    const { id } = await live.open();
    for (const permission of ["SENDTOGROUP", "1", "joinleavegroup", "2"])
      expect(await call("PUT", `/api/hubs/live/permissions/${permission}/connections/${id}?targetName=g`)).toBe("200 ");
  });

  test.each([
    ["connections/c", "Warning.Connection.NotExisted"],
    ["groups/g", "Warning.Group.NotExisted"],
    ["users/u", "Warning.User.NotExisted"],
    ["permissions/sendToGroup/connections/c?targetName=g", "Info.Connection.NotExisted"],
  ])("and what HEAD %s does not find is named in a header: %s", async (path, code) => {
    const answer = await answerTo("HEAD", `/api/hubs/live/${path}`);
    expect([answer.status, answer.headers.get("x-ms-error-code")]).toEqual([404, code]);
    expect(answer.headers.get("api-supported-versions")).toMatch(/^2021-10-01, .*, 2024-12-01$/);
  });

  test("and not with a version that has the call", async () => {
    for (const version of ["2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", "2024-12-01"])
      expect(await call("POST", `/api/hubs/live/:send?api-version=${version}`, 1)).toBe("202 ");
    expect(await call("DELETE", "/api/hubs/live/connections/c/groups?api-version=2022-11-01")).toBe("204 ");
    expect(await call("POST", "/api/hubs/live/:send?api-version=2023-07-01&messageTtlSeconds=1", 1)).toBe("202 ");
  });

  test.each([
    ["POST", "groups/*/:send"],
    ["POST", "groups/*/:closeConnections"],
    ["HEAD", "groups/*"],
    ["GET", "groups/*/connections"],
    ["PUT", "groups/*/connections/c"],
    ["DELETE", "groups/*/connections/c"],
    ["PUT", "users/u/groups/*"],
    ["DELETE", "users/u/groups/*"],
    ["PUT", "permissions/sendToGroup/connections/c?targetName=*"],
    ["HEAD", "permissions/sendToGroup/connections/c?targetName=*"],
    ["POST", ":generateToken?group=g&group=*"],
  ])("with 400 for a group that there cannot be, in %s %s", async (method, path) => {
    const withGroup = (name: string) => `/api/hubs/live/${path.replace("*", encodeURIComponent(name))}`;
    const answer = (name: string) => call(method, withGroup(name), method === "POST" ? 1 : undefined);
    for (const [name, length] of [
      ["g".repeat(1025), "1025"],
      [" \t", "none but blanks"],
    ] as const) {
      const said = method === "HEAD" ? "" : `A group must be a name of 1 to 1024 characters.* has ${length}`;
      expect(await answer(name)).toMatch(new RegExp(`^400 ${said}`));
    }
    expect(await answer("g".repeat(1024))).not.toMatch(/^400/);
  });

  test.each([
    [{ groups: ["g"], filter: "true", ttl: 5 }, "no member 'ttl'; it has groups and filter"],
    [{ groups: ["g", ""], filter: "true" }, "list of names, groups"],
    [{ groups: [] }, "list of names, groups"],
    [{ groups: ["g"], filter: 5 }, "The filter must be a string"],
    [{ groups: ["g"], filter: " " }, "Expression expected"],
    [[], "must be an object with groups and filter"],
    [{ groups: ["g"], filter: `${"(".repeat(3000)}true${")".repeat(3000)}` }, "Recursion depth exceeded"],
  ])("with 400 when groups are changed by %j", async (body, words) => {
    expect(await call("POST", "/api/hubs/live/:addToGroups", body)).toMatch(/^400 /);
    expect(await call("POST", "/api/hubs/live/:removeFromGroups", body)).toContain(words);
  });

  test.each([
    [":send", "text/html", "application/json, text/plain or application/octet-stream"],
    ["groups/g/:send", "image/png", "application/octet-stream"],
    [":addToGroups", "text/plain", "The content type is 'text/plain'; it must be application/json."],
    [":removeFromGroups", "application/octet-stream", "it must be application/json."],
  ])("with 415 when the body of %s is %s", async (path, type, words) => {
    const said = await call("POST", `/api/hubs/live/${path}`, { groups: ["g"], filter: "true" }, type);
    expect(said).toMatch(/^415 /);
    expect(said).toContain(words);
  });

  test("with 415 when the charset is none", async () => {
    for (const type of ["text/plain; charset=unknown", 'application/json; charset="'])
      expect(await call("POST", "/api/hubs/live/:send", 1, type)).toMatch(/^415 .*charset/);
    expect(await call("POST", "/api/hubs/live/:addToGroups", {}, "application/json; charset=klingon")).toMatch(/^415 /);
  });

  test("with 400 when the length of the body is not said", async () => {
    for (const name of [":send", ":addToGroups"]) {
      const body = new Blob(['{"groups":["g"]}']).stream();
      const init = { headers: { "content-type": "application/json" }, body, duplex: "half" };
      const answer = await answerTo("POST", `/api/hubs/live/${name}`, init as RequestInit);
      expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
        400,
        expect.stringContaining("Invalid Content-Length header. It is missing"),
      ]);
    }
  });

  test("and not for bytes without a content type, text in another encoding, or metadata in a list, whose last value counts", async () => {
    const screen = await live.open();
    const utf16 = Buffer.from("größe", "utf16le");
    const send = (headers: Record<string, string>, body: Buffer) =>
      answerTo("POST", "/api/hubs/live/:send", { headers, body: new Uint8Array(body) });
    expect((await send({}, Buffer.from([1]))).status).toBe(202);
    expect((await send({ "content-type": "text/plain; charset=utf-16le" }, utf16)).status).toBe(202);
    await screen.until(3);
    expect(screen.data()).toEqual([new Uint8Array([1]).buffer, "größe"]);
    const { url } = await live.service.getClientAccessToken();
    const socket = new WebSocket(url, "json.webpubsub.azure.v1");
    await once(socket, "message");
    const sent = once(socket, "message");
    await send({ "content-type": "text/plain", "x-webpubsub-metadata-trace": "first, last " }, Buffer.from("x"));
    expect(JSON.parse(String((await sent)[0]))).toMatchObject({ data: "x", metadata: { trace: "last" } });
    socket.terminate();
  });

  test("with 400 when one of many groups cannot be", async () => {
    const body = { groups: ["g", "g".repeat(1025)], filter: "true" };
    for (const name of [":addToGroups", ":removeFromGroups"])
      expect(await call("POST", `/api/hubs/live/${name}`, body)).toMatch(/^400 .*each a name of 1 to 1024 characters/);
  });

  test.each([
    ["", "/client/hubs/live"],
    ["?clientType=Default", "/client/hubs/live"],
    ["?clientType=MQTT", "/clients/mqtt/hubs/live"],
    ["?clientType=socketio", "/clients/socketio/hubs/live"],
  ])("and not when a token is asked for: :generateToken%s", async (query, path) => {
    const [status, token = ""] = (await call("POST", `/api/hubs/live/:generateToken${query}`)).split(" ");
    const { aud } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { aud: string };
    expect([status, aud]).toEqual(["200", live.pubsub.endpoint + path]);
  });

  test.each(["%", "%ff"])("with 400 for the hub %s, which is no text", async (hub) => {
    expect(await call("POST", `/api/hubs/${hub}/:send`, 1)).toMatch(/^400 .*escape that is not UTF-8/);
  });

  test.each(["a-b", "1a"])("with 400 for the hub %s", async (hub) => {
    expect(await call("POST", `/api/hubs/${hub}/:send`, 1)).toMatch(
      /^400 .* is not a hub name. A hub name is a letter, then/,
    );
  });

  test("for a hub that was not declared", async () => {
    const strict = await startService({ hubs: ["live"] });
    const other = new WebPubSubServiceClient(strict.pubsub.connectionString, "life", { allowInsecureConnection: true });
    await expect(other.sendToAll(1)).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringContaining("no hub 'life'"),
    });
    await strict.service.sendToAll(1);
    await strict.close();
  });
});

test("the address clients dial is the public one", async () => {
  const away = await startService({ origin: "http://192.168.1.5:8081" });
  const { url } = await away.service.getClientAccessToken({ userId: "ann" });
  expect(url).toMatch(/^ws:\/\/192\.168\.1\.5:8081\/client\/hubs\/live\?access_token=/);
  await away.close();
});

test("the access key is kept over a restart", async () => {
  const again = await startService({}, live.parts);
  expect(again.pubsub.connectionString.split(";")[1]).toBe(live.pubsub.connectionString.split(";")[1]);
  await again.pubsub.close();
});
