import { feedsOf } from "./cosmos-feeds.ts";
import { durableOptionsOf } from "./durable/host-settings.ts";
import { createDurableEngine, type DurableEngine, type LocalDurableEngine } from "./durable/index.ts";
import { connectionString } from "./functions/bindings/connections.ts";
import { type FunctionsHost, startFunctionsHost } from "./functions/index.ts";
import { accountAt } from "./functions/storage/account.ts";
import { byHttp } from "./kernel/by-http.ts";
import type { ServiceClock } from "./kernel/clock.ts";
import type { LocalAzureOptions } from "./options.ts";
import { type HubDeclaration, hubsOf, subscriptionFor, systemTopicsOf, topicsOf } from "./resources.ts";
import type { Services, Starting } from "./services.ts";
import { eventHubsExample } from "./webpubsub/event-listeners.ts";
import { type EventHandler, findEventHubs, type HubSettings } from "./webpubsub/index.ts";

export interface Hosting {
  readonly durable: LocalDurableEngine;
  /** `undefined` if there is no application. */
  readonly functions: FunctionsHost | undefined;
  /** Replaces the settings of the existing hubs. @throws Error if they are invalid; then nothing has changed */
  configureHubs(hubs: readonly HubDeclaration[]): Promise<void>;
}

/** Starts the durable engine and the Functions host with the application, and connects the services to its functions. */
export async function startHosting(
  { parts, opened }: Starting,
  services: Services,
  clock: ServiceClock,
  options: LocalAzureOptions,
  closing: (close: () => Promise<void>) => void,
): Promise<Hosting> {
  const { host = "127.0.0.1", publicHost = "127.0.0.1", ports = {}, resources, names = [] } = options;
  const { cosmos, topics, webPubSub, sms, storage, endpoints } = services;
  const { application } = options;
  const settings = application?.settings(endpoints) ?? {};
  let hubs = hubsOf(resources);
  await findPackageFor(hubs);
  let hosted: Pick<FunctionsHost, "webhookUrl"> | undefined;
  /** @param host the application's functions; without it only subscriptions to other destinations are made. */
  const subscribe = (host?: Pick<FunctionsHost, "functions" | "webhookUrl">) => {
    for (const { topic, subscriptions } of [...topicsOf(resources), ...systemTopicsOf(resources)]) {
      const own = subscriptions.flatMap((each) => {
        const urlOf = host && ((name: string) => functionUrl(host, each.name, name));
        return subscriptionFor(each, urlOf, (setting) => accountAt(setting, settings)) ?? [];
      });
      topics.get(topic)?.subscribe(own);
    }
    hosted = host;
    for (const declaration of hubs ?? []) webPubSub.configure(declaration.hub, settingsOf(declaration, host, settings));
    const called = hubs?.some(({ eventHandlers = [] }) => eventHandlers.some(({ functions }) => functions));
    if (!called && host?.functions.some(({ trigger }) => trigger === "webPubSub"))
      parts("functions").log.warn(
        'The application has functions with a Web PubSub trigger, and nothing calls them: declare for their hub "eventHandlers": [{ "functions": true, … }], as on Azure in the settings of the hub.',
      );
  };
  const durable = createDurableEngine(parts("durable"), {
    ...(application ? durableOptionsOf(application.root, settings) : {}),
    ...options.durable,
  });
  closing(() => durable.close());
  const rpc = application && (await opened(durable.openRpc(ports.durable)));
  const asked = [
    cosmos.endpoint,
    ...[...topics.values()].map(({ endpoint }) => endpoint),
    webPubSub.endpoint,
    sms.endpoint,
    ...(rpc ? [rpc.url] : []),
  ].map((url) => new URL(url).host);
  const functions =
    application &&
    (await opened(
      startFunctionsHost(parts("functions"), {
        root: application.root,
        ...(application.main === undefined ? {} : { main: application.main }),
        settings,
        cors: application.cors ?? [],
        ...(application.watch ? { watch: application.watch } : {}),
        host,
        publicHost,
        names,
        port: ports.functions ?? 0,
        feeds: feedsOf(settings, cosmos, [publicHost, ...names]),
        storage,
        ...(Object.values(settings).some((value) => byHttp(value, asked) !== value)
          ? { trusted: [cosmos.certificate] }
          : {}),
        services: asked,
        near: options.connections === "sockets" ? [] : asked,
        durable: wrapped(durable, options.wrapFunctions),
        clock,
        patience: application.patience,
        // Before the first function runs: an event without a subscription is lost.
        indexed: subscribe,
      }),
    ));

  if (application === undefined) subscribe();
  webPubSub.resume();
  const configureHubs = async (declared: readonly HubDeclaration[]) => {
    await findPackageFor(declared);
    const configured = declared.map((each) => [each.hub, settingsOf(each, hosted, settings)] as const);
    for (const [hub, own] of configured) webPubSub.configure(hub, own);
    hubs = [...declared];
  };
  return { durable, functions, configureHubs };
}

/** @throws Error that says what to install, if a hub has listeners and the package that sends to them is missing */
async function findPackageFor(hubs: readonly HubDeclaration[] = []): Promise<void> {
  if (hubs.some(({ eventListeners = [] }) => eventListeners.length > 0)) await findEventHubs();
}

function wrapped(durable: LocalDurableEngine, wrap: LocalAzureOptions["wrapFunctions"]): DurableEngine {
  return wrap === undefined ? durable : { ...durable, attach: (functions) => durable.attach(wrap(functions)) };
}

/** The address of a function that receives events. @throws Error if there is no such function */
function functionUrl(
  host: Pick<FunctionsHost, "functions" | "webhookUrl">,
  subscription: string,
  name: string,
): string {
  if (host.functions.some((candidate) => candidate.name === name)) return host.webhookUrl("eventgrid", name);
  throw new Error(
    `The Event Grid subscription ${subscription} goes to the function ${name}, which the application does not have. Its functions: ${host.functions.map((f) => f.name).join(", ")}.`,
  );
}

/** A hub's settings with the addresses of its event handlers and listeners. The address of the functions is left out while there are none. */
function settingsOf(
  { hub, eventHandlers = [], eventListeners = [], ...more }: HubDeclaration,
  host: Pick<FunctionsHost, "webhookUrl"> | undefined,
  settings: Record<string, string>,
): HubSettings {
  return {
    ...more,
    eventListeners: eventListeners.map(({ filter, endpoint: { connection, ...endpoint } }) => {
      try {
        return {
          filter,
          endpoint: { ...endpoint, connectionString: connectionString(settings, connection, eventHubsExample) },
        };
      } catch (error) {
        throw new Error(`The event listener of the hub ${hub}: ${(error as Error).message}`);
      }
    }),
    eventHandlers: eventHandlers.flatMap(({ functions, urlTemplate, ...handler }): EventHandler[] => {
      if (!functions) return [{ ...handler, urlTemplate: urlTemplate ?? "" }];
      return host === undefined
        ? []
        : [{ ...handler, urlTemplate: () => host.webhookUrl("webpubsub"), recorded: true }];
    }),
  };
}
