import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { certificateFile, type LocalAzure } from "../index.ts";
import { hubsOf, type Resources, systemTopicsOf, topicsOf } from "../resources.ts";

/** A function as `/admin/functions` tells of it. */
interface Listed {
  name: string;
  isDisabled: boolean;
  invoke_url_template: string | null;
  config: { bindings: Record<string, unknown>[] };
}

const heading: Record<string, string> = {
  httptrigger: "HTTP",
  timertrigger: "Timers",
  cosmosdbtrigger: "Cosmos DB change feed",
  eventgridtrigger: "Event Grid",
  orchestrationtrigger: "Orchestrators",
  activitytrigger: "Activities",
  entitytrigger: "Entities",
  warmuptrigger: "Warm-up",
  queuetrigger: "Storage queues",
  blobtrigger: "Storage blobs",
  webpubsubtrigger: "Web PubSub",
};

/** What the application has, by trigger: a line each, with its address and key, and a word where nothing that is declared would ever call it. */
export async function functionLines(azure: LocalAzure, resources: Resources, root: string): Promise<string[]> {
  const { functions } = azure;
  // By this machine's own address: the name that the network has for it need not lead anywhere here.
  const { port } = new URL(functions?.origin ?? "http://127.0.0.1");
  const listed = (await answerOf(`http://127.0.0.1:${port}/admin/functions`)) as Listed[];
  // Azure shows an empty list, and nobody knows why.
  if (listed.length === 0)
    return [`  NO FUNCTIONS: the code that "main" of ${join(root, "package.json")} names has registered none.`];
  const groups = new Map<string, string[]>();
  for (const { name, isDisabled, invoke_url_template: url, config } of listed) {
    const trigger = config.bindings.find(({ type }) => String(type).toLowerCase() in heading) ?? {};
    const kind = String(trigger.type).toLowerCase();
    const methods = Array.isArray(trigger.methods) && trigger.methods.length > 0 ? trigger.methods.join(", ") : "any";
    const about =
      url !== null
        ? `${methods.toUpperCase()} ${url}${keyOf(azure, name, trigger.authLevel)}`
        : String(trigger.schedule ?? trigger.containerName ?? trigger.queueName ?? trigger.path ?? trigger.hub ?? "");
    const line = [name, about, isDisabled ? "(disabled)" : unheard(name, trigger, resources)]
      .filter((part) => part !== "")
      .join("  ");
    groups.set(kind, [...(groups.get(kind) ?? []), line]);
  }
  return Object.entries(heading).flatMap(([kind, title]) => {
    const lines = groups.get(kind) ?? [];
    return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
  });
}

/** That no event will come to a function, where nothing sends it any. */
function unheard(name: string, trigger: Record<string, unknown>, resources: Resources): string {
  const kind = String(trigger.type).toLowerCase();
  if (kind === "eventgridtrigger") {
    const subscriptions = [...topicsOf(resources), ...systemTopicsOf(resources)].flatMap(
      (topic) => topic.subscriptions,
    );
    const hears = subscriptions.some(
      ({ function: own, webhook }) =>
        own?.toLowerCase() === name.toLowerCase() ||
        webhook?.toLowerCase().includes(`functionname=${name.toLowerCase()}`),
    );
    return hears ? "" : "(RECEIVES NOTHING: no subscription in local-azure.json goes to it)";
  }
  if (kind === "webpubsubtrigger") {
    const handlers = (hubsOf(resources) ?? [])
      .filter(({ hub }) => hub === trigger.hub)
      .flatMap((hub) => hub.eventHandlers ?? []);
    const hears = handlers.some(
      ({ functions, urlTemplate }) => functions === true || urlTemplate?.includes("/runtime/webhooks/"),
    );
    return hears ? "" : "(RECEIVES NOTHING: no event handler of its hub in local-azure.json goes to functions)";
  }
  return "";
}

/** Not by `fetch`, which takes longer to load than all else that is done here. */
async function answerOf(address: string): Promise<unknown> {
  const [response] = (await once(get(address), "response")) as [IncomingMessage];
  return json(response);
}

/** How Cosmos DB is reached, and how its certificate is trusted; nothing for an application that does not use it. */
export function cosmosLines({ cosmos }: LocalAzure, { cosmos: declared }: Resources, data: string | undefined): string {
  if (declared === undefined) return "";
  const trust =
    data === undefined
      ? `NODE_EXTRA_CA_CERTS=cosmos.pem, after: curl ${cosmos.endpoint}_explorer/emulator.pem -o cosmos.pem`
      : `NODE_EXTRA_CA_CERTS=${join(data, certificateFile)}`;
  const unchecked =
    declared.entraTokens === undefined
      ? ""
      : `             ANY ENTRA ID TOKEN IS ACCEPTED over https, and nothing in it is checked\n`;
  return `  Cosmos DB  ${cosmos.endpoint}, and ${cosmos.httpsEndpoint} for clients that trust its certificate:\n             ${trust}\n${unchecked}`;
}

function keyOf({ functions }: LocalAzure, name: string, level: unknown): string {
  if (level === "function") return `?code=${functions?.functionKey(name)}`;
  return level === "admin" ? `?code=${functions?.masterKey}` : "";
}
