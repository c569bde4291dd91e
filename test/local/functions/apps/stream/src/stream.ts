import { app } from "@azure/functions";

app.setup({ enableHttpStream: true });

app.post("count", {
  route: "count/{to}",
  handler: async (request) => {
    const word = await request.text();
    const step = Number(request.query.get("step"));
    const numbers = Array.from({ length: Number(request.params.to) }, (_, index) => `${(index + 1) * step} `);
    return { body: ReadableStream.from([`${word} `, ...numbers].map((text) => Buffer.from(text))) };
  },
});

app.get("breaks", async () => {
  throw new Error("torn");
});

app.get("endless", async () => ({
  body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("first")) }),
}));

app.get("who", async (request) => ({ jsonBody: Object.fromEntries(request.headers) }));
