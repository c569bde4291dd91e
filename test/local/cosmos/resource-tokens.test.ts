import {
  type Container,
  CosmosClient,
  type CosmosClientOptions,
  type PermissionDefinition,
  PermissionMode,
  TriggerOperation,
  TriggerType,
  type User,
} from "@azure/cosmos";
import { expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { refusal, request, type Stack, startStack } from "./stack.ts";

type WithToken = PermissionDefinition & { _token: string };

/** A user of the database `crema`. */
async function user({ client }: Stack, id = "barista"): Promise<User> {
  return (await client.database("crema").users.create({ id })).user;
}

async function permit(to: User, permission: PermissionDefinition): Promise<WithToken> {
  return (await to.permissions.create(permission)).resource as WithToken;
}

/** The container as a client with these rights sees it. */
function seenBy({ cosmos }: Stack, rights: Partial<CosmosClientOptions>): Container {
  const client = new CosmosClient({ endpoint: cosmos.endpoint, ...rights });
  client.dispose();
  return client.database("crema").container("orders");
}

const code = async (promise: Promise<unknown>): Promise<unknown> => (await refusal(promise)).code;
const orders = "dbs/crema/colls/orders";

test("users and permissions are created, read, listed, queried, replaced, upserted and deleted", async () => {
  const { client } = await startStack();
  const { users } = client.database("crema");
  const { resource: made, user: one } = await users.create({ id: "barista" });
  expect(made).toMatchObject({ id: "barista", _permissions: "permissions/" });
  expect(await code(users.create({ id: "barista" }))).toBe(409);
  expect((await users.upsert({ id: "barista" })).statusCode).toBe(200);
  expect((await users.upsert({ id: "owner" })).statusCode).toBe(201);
  expect((await users.readAll().fetchAll()).resources.map(({ id }) => id)).toEqual(["barista", "owner"]);
  const query = { query: "SELECT * FROM root r WHERE r.id = @id", parameters: [{ name: "@id", value: "owner" }] };
  expect((await users.query(query).fetchAll()).resources).toHaveLength(1);
  expect((await one.replace({ id: "trainee" })).resource?.id).toBe("trainee");
  expect(await code(client.database("crema").user("trainee").replace({ id: "owner" }))).toBe(409);
  expect(await code(one.read())).toBe(404);

  const trainee = client.database("crema").user("trainee");
  const definition = { id: "see", permissionMode: PermissionMode.Read, resource: orders };
  const { resource, permission } = await trainee.permissions.create(definition);
  expect(resource).toMatchObject({ ...definition, _token: expect.stringMatching(/^type=resource&ver=1&sig=.+;.+;$/) });
  expect(await code(trainee.permissions.create({ ...definition, id: "again" }))).toBe(409);
  expect(await code(trainee.permissions.create({ ...definition, resource: "dbs/crema/colls/none", id: "x" }))).toBe(
    404,
  );
  expect(await code(trainee.permissions.create({ ...definition, resource: "dbs/crema", id: "x" }))).toBe(400);
  expect(await code(trainee.permissions.create({ ...definition, permissionMode: "Some" as never, id: "x" }))).toBe(400);
  expect(
    (await permission.replace({ ...definition, permissionMode: PermissionMode.All })).resource?.permissionMode,
  ).toBe("all");
  expect((await trainee.permissions.upsert(definition)).resource?.permissionMode).toBe("read");
  expect((await trainee.permissions.readAll().fetchAll()).resources).toMatchObject([
    { id: "see", _token: expect.any(String) },
  ]);
  expect((await permission.delete()).statusCode).toBe(204);
  expect(await code(permission.read())).toBe(404);
  await trainee.permissions.create(definition);
  await trainee.delete();
  expect(await code(trainee.permissions.create(definition))).toBe(404);
});

test("to read a container: its definition, its items, queries and the change feed, and nothing else", async () => {
  const stack = await startStack({ ranges: 2 });
  await stack.container.items.create({ id: "o1", storeId: "s1" });
  await stack.cosmos.declare("crema", [{ id: "stock", partitionKey: "/id" }]);
  const permission = await permit(await user(stack), {
    id: "see",
    permissionMode: PermissionMode.Read,
    resource: orders,
  });
  for (const rights of [{ resourceTokens: { [orders]: permission._token } }, { permissionFeed: [permission] }]) {
    const seen = seenBy(stack, rights);
    expect((await seen.read()).resource?.id).toBe("orders");
    expect((await seen.item("o1", "s1").read()).resource?.id).toBe("o1");
    expect((await seen.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll()).resources).toEqual([1]);
    expect((await seen.items.readAll().fetchAll()).resources).toHaveLength(1);
    expect((await seen.items.getChangeFeedIterator({}).readNext()).statusCode).toBe(304);
    const refused = [
      () => seen.items.create({ id: "o2", storeId: "s1" }),
      () => seen.items.upsert({ id: "o1", storeId: "s1" }),
      () => seen.item("o1", "s1").patch([{ op: "set", path: "/a", value: 1 }]),
      () => seen.item("o1", "s1").delete(),
      () => seen.delete(),
      () => seen.readOffer(),
      () => seen.database.users.readAll().fetchAll(),
    ];
    for (const each of refused) expect([401, 403]).toContain(await code(each()));
    const batch = await refusal(seen.items.batch([{ operationType: "Read", id: "o1" }], "s1"));
    expect(batch.message).toContain("Insufficient permissions");
  }
  // The token by itself, at other addresses.
  const authorization = encodeURIComponent(permission._token);
  const status = async (path: string) =>
    (await fetch(new URL(path, stack.cosmos.endpoint), { headers: { authorization, "x-ms-version": "2018-12-31" } }))
      .status;
  expect(
    await Promise.all(["/", `/${orders}`, "/dbs/crema/colls/stock", "/dbs/crema", "/dbs", "/offers"].map(status)),
  ).toEqual([200, 200, 403, 403, 403, 403]);
});

test("to do all: items of the partition key only, where there is one, and of all its parts", async () => {
  const stack = await startStack({ declaration: { partitionKey: ["/storeId", "/day"] } });
  const barista = await user(stack);
  const all = { permissionMode: PermissionMode.All, resource: orders };
  const one = await permit(barista, { ...all, id: "s1", resourcePartitionKey: ["s1"] });
  const item = { id: "o1", storeId: "s1", day: "mon" };
  const seen = seenBy(stack, { resourceTokens: { [orders]: one._token } });
  expect((await seen.items.create(item)).statusCode).toBe(201);
  expect((await seen.item("o1", ["s1", "mon"]).read()).resource?.id).toBe("o1");
  expect(await code(seen.items.create({ ...item, storeId: "s2" }))).toBe(403);
  expect(await code(seen.items.create({ ...item, storeId: "s11" }))).toBe(403);
  const query = "SELECT VALUE c.id FROM c";
  expect((await seen.items.query(query, { partitionKey: ["s1", "mon"] }).fetchAll()).resources).toEqual(["o1"]);
  expect(await code(seen.items.query(query).fetchAll())).toBe(403);
  expect(await code(seen.delete())).toBe(403);
  const whole = await permit(barista, { ...all, id: "whole" });
  const everything = seenBy(stack, { resourceTokens: { [orders]: whole._token } });
  expect((await everything.items.create({ ...item, storeId: "s2" })).statusCode).toBe(201);
  expect((await everything.item("o1", ["s1", "mon"]).delete()).statusCode).toBe(204);
  expect((await everything.delete()).statusCode).toBe(204);
});

test("for an item, by its name or its rid: the item, and no upsert", async () => {
  const stack = await startStack();
  await stack.container.items.create({ id: "other", storeId: "s1" });
  const { resource: order } = await stack.container.items.create({ id: "o1", storeId: "s1" });
  const barista = await user(stack);
  const links = [`${orders}/docs/o1`, String(order?._self)];
  for (const [n, resource] of links.entries()) {
    const { _token } = await permit(barista, { id: `p${n}`, permissionMode: PermissionMode.All, resource });
    const seen = seenBy(stack, { resourceTokens: { [`${orders}/docs/o1`]: _token, [orders]: _token } });
    expect((await seen.item("o1", "s1").read()).resource?.id).toBe("o1");
    expect((await seen.item("o1", "s1").replace({ id: "o1", storeId: "s1", n })).resource?.n).toBe(n);
    expect(await code(seen.item("other", "s1").read())).toBe(403);
    expect(await code(seen.items.upsert({ id: "o1", storeId: "s1" }))).toBe(403);
    expect(await code(seen.items.readAll().fetchAll())).toBe(403);
  }
});

test("a token ends by the clock, and not with its permission; one that was changed is none", async () => {
  const store = openMemoryStore();
  const stack = await startStack({ store });
  const barista = await user(stack);
  const definition = { id: "see", permissionMode: PermissionMode.Read, resource: orders };
  const { resource, permission } = await barista.permissions.create(definition, { resourceTokenExpirySeconds: 60 });
  const usual = (await permission.read()).resource as WithToken;
  const read = (token: string | undefined, on: Stack = stack) =>
    code(seenBy(on, { resourceTokens: { [orders]: String(token) } }).read());
  const short = (resource as WithToken)._token;
  expect([await read(short), await read(usual._token)]).toEqual(["none", "none"]);
  await stack.advance(60_000);
  const { code: ended, message } = await refusal(seenBy(stack, { resourceTokens: { [orders]: short } }).read());
  expect([ended, message]).toEqual([403, expect.stringContaining("not valid at the current time")]);
  await permission.delete();
  expect(await read(usual._token)).toBe("none");
  // As after a kill: nothing of a token is kept.
  await stack.stop();
  const again = await startStack({ store, clock: stack.clock });
  expect(await read(usual._token, again)).toBe("none");
  const [, , payload = ""] = usual._token.split(/[=;]/).slice(-4);
  const forged = usual._token.replace(payload, Buffer.from("{}").toString("base64"));
  expect(await read(forged, again)).toBe(401);
  await again.advance(3_600_000);
  expect(await read(usual._token, again)).toBe(403);
  const tooLong = again.client
    .database("crema")
    .user("barista")
    .permissions.create(definition, { resourceTokenExpirySeconds: 18_001 });
  expect(await code(tooLong)).toBe(400);
});

test("a container made anew is another one; a deleted database takes its users along", async () => {
  const store = openMemoryStore();
  const stack = await startStack({ store });
  const permission = await permit(await user(stack), {
    id: "see",
    permissionMode: PermissionMode.All,
    resource: orders,
  });
  const seen = seenBy(stack, { resourceTokens: { [orders]: permission._token } });
  await stack.container.delete();
  expect(await code(seen.read())).toBe(403);
  await stack.cosmos.declare("crema", [{ id: "orders", partitionKey: "/storeId" }]);
  expect(await code(seen.read())).toBe(403);
  const read = await stack.client.database("crema").user("barista").permission("see").read();
  expect(read.resource).toHaveProperty("_token");
  await stack.client.database("crema").delete();
  expect(store.tables()).toEqual([]);
});

test("scripts are refused by name, with what to do in their place", async () => {
  const { container, cosmos } = await startStack();
  const { scripts } = container;
  const body = "function () {}";
  const refused: [() => Promise<unknown>, string][] = [
    [() => scripts.storedProcedures.create({ id: "p", body }), "items.batch()"],
    [() => scripts.storedProcedure("p").execute("s1"), "items.batch()"],
    [() => scripts.storedProcedures.readAll().fetchAll(), "Stored procedures are not emulated"],
    [
      () =>
        scripts.triggers.create({
          id: "t",
          body,
          triggerType: TriggerType.Pre,
          triggerOperation: TriggerOperation.All,
        }),
      "change feed",
    ],
    [() => scripts.userDefinedFunctions.create({ id: "f", body }), "computed property"],
    [() => container.items.create({ id: "a", storeId: "s1" }, { preTriggerInclude: "t" }), "change feed"],
  ];
  for (const [ask, words] of refused) {
    const { code: status, message } = await refusal(ask());
    expect([400, 501]).toContain(status);
    expect(message).toContain(words);
  }
  expect((await request(cosmos, "GET", "/media")).status).toBe(501);
});
