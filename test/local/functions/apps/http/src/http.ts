import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";

const answer = (name: string) => async (request: HttpRequest) => ({
  jsonBody: { name, params: { ...request.params } },
});

app.http("drink", { route: "drinks/{id}", handler: answer("drink") });
app.http("popular", { route: "drinks/popular", handler: answer("popular") });
app.http("drinkNumber", { route: "drinks/{number:int:min(1)}", handler: answer("drinkNumber") });
app.http("sizes", { route: "drinks/{id}/sizes/{size?}", handler: answer("sizes") });
app.http("files", { route: "files/{*path}", handler: answer("files") });
app.http("picture", { route: "pictures/{name}.{kind:alpha}", handler: answer("picture") });
app.http("locked", { route: "locked", authLevel: "function", handler: answer("locked") });
app.http("owner", { route: "owner", authLevel: "admin", handler: answer("owner") });
app.put("putOnly", { route: "put-only", handler: answer("putOnly") });

app.http("echo", {
  route: "echo",
  methods: ["GET", "POST", "DELETE"],
  handler: async (request): Promise<HttpResponseInit> => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    },
  }),
});

app.post("bytes", async (request) => ({
  status: 201,
  headers: { "content-type": "application/octet-stream", "x-own": "yes" },
  body: new Uint8Array(await request.arrayBuffer()),
}));

app.post("form", async (request) => {
  const form = await request.formData();
  const parts = [...form].map(async ([name, value]) =>
    typeof value === "string" ? [name, value] : [name, value.name, value.type, await value.text()],
  );
  return { jsonBody: await Promise.all(parts) };
});

app.get("cookies", async () => ({
  cookies: [
    { name: "plain", value: "a b" },
    { name: "full", value: "1", path: "/x", secure: true, httpOnly: true, sameSite: "None", maxAge: 60 },
  ],
}));

app.get("throws", async () => {
  throw new Error("the milk is sour", { cause: new Error("the fridge was open") });
});
// What an untyped handler may do; the library answers it with 204.
app.get("nothing", (async () => undefined) as unknown as () => Promise<HttpResponseInit>);
app.get("vary", async () => ({ headers: { vary: "accept", "access-control-allow-origin": "*" }, body: "x" }));
