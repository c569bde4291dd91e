import { app } from "@azure/functions";
import * as df from "durable-functions";

const isText = (value) => typeof value === "string" && value.trim() !== "";

async function bodyOf(request) {
  try {
    return (await request.json()) ?? {};
  } catch {
    return {};
  }
}

app.http("submitTalk", {
  route: "talks",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const { title, abstract } = await bodyOf(request);
    if (!isText(title) || !isText(abstract)) {
      return { status: 400, jsonBody: { message: 'Send {"title": "…", "abstract": "…"}.' } };
    }
    const client = df.getClient(context);
    const input = { talk: { title, abstract }, days: Number(process.env.DAYS_TO_DECIDE ?? 3) };
    const id = await client.startNew("review", { input });
    return client.createCheckStatusResponse(request, id);
  },
});

app.http("tallyOfTalks", {
  route: "tally",
  methods: ["GET"],
  extraInputs: [df.input.durableClient()],
  handler: async (_request, context) => {
    const { entityState } = await df.getClient(context).readEntityState(new df.EntityId("tally", "talks"));
    return { jsonBody: entityState ?? { accepted: 0, declined: 0, expired: 0 } };
  },
});

app.http("watchAddress", {
  route: "watches",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const { address } = await bodyOf(request);
    if (!isText(address) || !URL.canParse(address)) {
      return { status: 400, jsonBody: { message: 'Send {"address": "https://…"}.' } };
    }
    const client = df.getClient(context);
    const id = await client.startNew("watch", { input: { address } });
    return client.createCheckStatusResponse(request, id);
  },
});
