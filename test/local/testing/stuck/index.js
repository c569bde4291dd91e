import { app } from "@azure/functions";
import * as df from "durable-functions";

df.app.orchestration("callsNobody", function* (context) {
  return yield context.df.callActivity("nobody");
});

app.http("addresses", {
  extraInputs: [df.input.durableClient()],
  handler: (_, context) => ({ jsonBody: df.getClient(context).createHttpManagementPayload("any") }),
});
