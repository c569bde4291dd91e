import { app } from "@azure/functions";

app.get("time", async () => ({ jsonBody: { now: Date.now(), date: new Date().toISOString(), text: Date() } }));

app.get("dates", async () => {
  class Later extends Date {}
  const given = new Date(2020, 1, 3);
  return {
    jsonBody: {
      instance: new Date() instanceof Date,
      cloned: structuredClone(new Date()) instanceof Date,
      subclass: new Later() instanceof Later && new Later().getTime() === Date.now(),
      given: [given.getFullYear(), given.getMonth(), given.getDate()],
      name: Date.name,
      constructor: new Date().constructor === Date,
      utc: Date.UTC(1970, 0, 2),
    },
  };
});

app.get("environment", async () => ({ jsonBody: { ...process.env } }));
app.get("folder", async () => ({ body: process.cwd() }));

app.get("speaks", async (_request, context) => {
  context.log("from the context");
  context.warn("a warning of %d", 7);
  console.error("from the console");
  process.emitWarning("milk will be oats", "DeprecationWarning");
  context.debug("too quiet to be heard");
  return { jsonBody: { trace: context.traceContext?.traceParent } };
});
