import { app, input, output } from "@azure/functions";

/** Each test has names of its own in the one storage, all beginning with the setting NAME. */
const store = { connection: "STORE" };

app.storageQueue("take", {
  ...store,
  queueName: "%NAME%-in",
  handler: (entry, context) => {
    context.log(`took ${JSON.stringify(entry)} for the ${context.triggerMetadata?.dequeueCount}. time`);
    if ((entry as { details?: boolean }).details) context.log(`metadata ${JSON.stringify(context.triggerMetadata)}`);
    if ((entry as { fail?: boolean }).fail) throw new Error("it was told to");
  },
});

app.storageQueue("takePoison", {
  ...store,
  queueName: "%NAME%-in-poison",
  handler: (entry, context) => context.log(`poison ${JSON.stringify(entry)}`),
});

const sent = output.storageQueue({ ...store, queueName: "%NAME%-{where}" });
app.post("send", {
  route: "send/{where}",
  extraOutputs: [sent],
  handler: async (request, context) => {
    const bytes = Buffer.from(await request.arrayBuffer());
    const as = request.query.get("as");
    context.extraOutputs.set(sent, as === "bytes" ? bytes : as === "json" ? JSON.parse(String(bytes)) : String(bytes));
    return { status: 202 };
  },
});

app.storageBlob("see", {
  ...store,
  path: "%NAME%/in/{name}.{ext}",
  handler: (blob, context) => {
    const { name, ext, blobTrigger, uri, metadata, properties } = context.triggerMetadata ?? {};
    const content = blob as Buffer;
    context.log(`saw ${name} . ${ext}: ${Buffer.isBuffer(content)} ${content.toString()}`);
    if (name === "details") context.log(`metadata ${JSON.stringify({ blobTrigger, uri, metadata, properties })}`);
    if (ext === "bad") throw new Error("it was told to");
  },
});

const read = input.storageBlob({ ...store, path: "%NAME%/{name}" });
app.get("read", {
  route: "blobs/{*name}",
  extraInputs: [read],
  handler: (_request, context) => {
    const content = context.extraInputs.get(read);
    return content === undefined ? { status: 404 } : { body: content as Buffer };
  },
});

const written = output.storageBlob({ ...store, path: "%NAME%/{name}" });
app.put("write", {
  route: "blobs/{*name}",
  extraOutputs: [written],
  handler: async (request, context) => {
    const bytes = Buffer.from(await request.arrayBuffer());
    const as = request.query.get("as");
    context.extraOutputs.set(
      written,
      as === "bytes" ? bytes : as === "json" ? JSON.parse(String(bytes)) : String(bytes),
    );
    return { status: 201 };
  },
});

const from = input.storageBlob({ ...store, path: "%NAME%/{from}" });
app.storageQueue("copy", {
  ...store,
  queueName: "%NAME%-copies",
  extraInputs: [from],
  return: output.storageBlob({ ...store, path: "%NAME%/{to}" }),
  handler: (_entry, context) => context.extraInputs.get(from),
});

app.get("alive", { handler: () => ({ body: "yes" }) });
