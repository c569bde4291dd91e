import type { DurableClient } from "durable-functions";
import { HttpRequest } from "./application.ts";
import type { Answer } from "./recorded-answer.ts";
import { counter } from "./recorded-app.ts";
import type { RecordedCall } from "./recordings.ts";

/** The HTTP functions of the recorded application: `start/{orchestrator}` and `client/{call}`, which tells what a call of the client gave. */

interface Given {
  id: string;
  name: string;
  key: string;
  opName: string;
  data: unknown;
  reason: string;
  opts: Record<string, unknown>;
}

export async function answerApp(client: DurableClient, { request }: RecordedCall): Promise<Answer> {
  const url = new URL(request.url);
  const [, , action, name = ""] = url.pathname.split("/");
  const call = new HttpRequest({ method: request.method, url: request.url, headers: request.headers });
  if (action === "start") {
    const text = request.body ?? "";
    const input: unknown = text === "" ? "" : JSON.parse(text);
    const id = await client.startNew(name, { instanceId: url.searchParams.get("id") ?? "", input });
    return answerOf(client.createCheckStatusResponse(call, id));
  }
  try {
    const given = JSON.parse(request.body ?? "{}") as Given;
    if (name === "wait") {
      return answerOf(await client.waitForCompletionOrCreateCheckStatusResponse(call, given.id, given.opts));
    }
    const result = await callClient(client, name, given);
    return json(200, { ok: true, result: result ?? null });
  } catch (error) {
    return json(500, { ok: false, error: (error as Error).message, name: (error as Error).name });
  }
}

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: asSent(),
  body: JSON.parse(JSON.stringify(body)) as unknown,
});

/** As the functions host sends them on. */
function asSent(given?: Headers): Headers {
  const headers = new Headers(given);
  headers.set("content-type", "application/json");
  return headers;
}

async function answerOf(response: { status: number; headers: unknown; text(): Promise<string> }): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: asSent(response.headers as Headers),
    body: text === "" ? "" : JSON.parse(text),
  };
}

async function callClient(client: DurableClient, method: string, given: Given): Promise<unknown> {
  const { id, name, key, data, reason, opts } = given;
  const dates = (filter: Record<string, unknown>) => ({
    ...filter,
    ...(filter.createdTimeFrom ? { createdTimeFrom: new Date(String(filter.createdTimeFrom)) } : {}),
  });
  switch (method) {
    case "clientInfo": {
      const { taskHubName, uniqueWebhookOrigins, clientData } = client as unknown as Record<string, unknown>;
      return { taskHubName, uniqueWebhookOrigins, clientData };
    }
    case "payload":
      return client.createHttpManagementPayload(id);
    case "startNew":
      return client.startNew(name, opts);
    case "getStatus":
      return client.getStatus(id, opts);
    case "getStatusBy":
      return client.getStatusBy(dates(opts) as never);
    case "getStatusAll":
      return client.getStatusAll();
    case "raiseEvent":
      return client.raiseEvent(id, name, data);
    case "suspend":
      return client.suspend(id, reason);
    case "resume":
      return client.resume(id, reason);
    case "terminate":
      return client.terminate(id, reason);
    case "rewind":
      return client.rewind(id, reason);
    case "purge":
      return client.purgeInstanceHistory(id);
    case "purgeBy":
      return client.purgeInstanceHistoryBy(dates(opts) as never);
    case "signalEntity":
      return client.signalEntity(counter(key), given.opName, data);
    case "readEntity":
      return client.readEntityState(counter(key));
    default:
      throw new Error(`The client has no call '${method}' here.`);
  }
}
