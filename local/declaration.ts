import { z } from "zod";
import { consistencyLevels } from "./cosmos/consistency.ts";
import { backupTiers } from "./resources.ts";
import { isSender } from "./sms/numbers.ts";
import { patternComplaint, systemEvents } from "./webpubsub/event-filter.ts";
import { urlComplaint } from "./webpubsub/event-handlers.ts";
import { eventHubComplaint, heardSystemEvents } from "./webpubsub/event-listeners.ts";

const name = z.string().min(1);

const isPath = (value: unknown) => typeof value === "string" && value.startsWith("/");

const container = z.strictObject({
  id: name,
  partitionKey: z
    .custom<string | string[]>(
      (value) => (Array.isArray(value) ? value.length >= 1 && value.length <= 3 && value.every(isPath) : isPath(value)),
      'must be a path such as "/storeId", or a list of up to three, the widest first: ["/tenantId", "/userId"]',
    )
    .meta({
      description: 'A path such as "/storeId", or a list of up to three, the widest first.',
      anyOf: [
        { type: "string", pattern: "^/" },
        { type: "array", minItems: 1, maxItems: 3, items: { type: "string", pattern: "^/" } },
      ],
    }),
  defaultTtl: z.int().optional(),
  uniqueKeys: z.array(z.array(z.string())).optional(),
  indexingPolicy: z.looseObject({}).optional(),
});

const connection = name.optional().meta({
  description: "The setting that leads to the storage account; AzureWebJobsStorage when it is left out.",
});

const attribute = z.discriminatedUnion("type", [
  z.strictObject({ name, type: z.literal("Static"), value: z.string(), isSecret: z.boolean().optional() }),
  z.strictObject({ name, type: z.literal("Dynamic"), sourceField: name }),
]);

const destinations = ["function", "webhook", "queue"] as const;

/** The contents of filters and retry policies are validated by Event Grid itself, and so are members of a subscription that exclude each other. */
const subscription = z
  .strictObject({
    name,
    function: name.optional(),
    webhook: z.url({ protocol: /^https?$/, error: "must be an address such as https://example.com/hook" }).optional(),
    queue: z
      .strictObject({ queueName: name, connection, queueMessageTimeToLiveInSeconds: z.int().optional() })
      .optional(),
    filter: z.looseObject({}).optional(),
    retry: z.looseObject({}).optional(),
    eventDeliverySchema: z.enum(["CloudEventSchemaV1_0", "EventGridSchema"]).optional(),
    maxEventsPerBatch: z.int().min(1).max(5000).optional(),
    preferredBatchSizeInKilobytes: z.int().min(1).max(1024).optional(),
    deliveryAttributeMappings: z.array(attribute).max(10).optional(),
    deadLetter: z.strictObject({ blobContainerName: name, connection }).optional(),
  })
  .refine((given) => destinations.filter((each) => given[each] !== undefined).length === 1, {
    error:
      'must have either "function", a function of this application, "webhook", an address, or "queue", a queue of a storage account',
  })
  .meta({ oneOf: destinations.map((each) => ({ required: [each] })) });

const hub = z
  .string()
  // Lists both cases explicitly: a JSON Schema pattern cannot have flags.
  .regex(
    /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/,
    "must be a letter, then up to 127 letters, digits and any of _ ` , . [ ]",
  );

/** A text for which `complaint` returns nothing. */
const without = (complaint: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = complaint(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const userEventPattern = without(patternComplaint)
  .meta({ description: "Names of events that clients send, with commas between them; * for all." })
  .optional();

/** In the terms of the service's hub settings. Settings that are not emulated are refused, with what to do instead. */
const eventHandler = z
  .strictObject({
    urlTemplate: without(urlComplaint)
      .meta({ description: "An address, with {hub} and {event} where they belong in it." })
      .optional(),
    functions: z
      .literal(true)
      .meta({ description: "To the functions of this application that have a Web PubSub trigger." })
      .optional(),
    userEventPattern,
    systemEvents: z
      .array(z.enum(systemEvents, `must be one of ${systemEvents.join(", ")}; events of groups are not emulated`))
      .optional(),
    auth: z
      .strictObject({
        type: z.literal(
          "None",
          'must be "None": managed identities are not emulated; the handler can check ce-signature, which the access key made',
        ),
      })
      .optional(),
  })
  .refine((given) => (given.urlTemplate === undefined) !== (given.functions === undefined), {
    error: 'must have either "urlTemplate", an address, or "functions": true, for those of this application',
  })
  .meta({ oneOf: [{ required: ["urlTemplate"] }, { required: ["functions"] }] });

/** An event hub belongs to the user: in the emulator or in a namespace. */
const eventListener = z.strictObject({
  filter: z.strictObject({
    type: z.literal("EventName", 'must be "EventName"').optional(),
    userEventPattern,
    systemEvents: z
      .array(
        z.enum(heardSystemEvents, `must be one of ${heardSystemEvents.join(", ")}; listeners do not receive connect`),
      )
      .optional(),
  }),
  endpoint: z.strictObject({
    type: z.literal("EventHub", 'must be "EventHub"').optional(),
    eventHubName: without(eventHubComplaint),
    connection: name.meta({ description: "The setting with the connection string of the event hub or its namespace." }),
    fullyQualifiedNamespace: z
      .never('managed identities are not emulated; name the setting with a connection string by "connection"')
      .optional()
      .meta({ not: {} }),
  }),
});

const hubMembers = {
  eventHandlers: z.array(eventHandler).optional(),
  anonymousConnectPolicy: z.enum(["Allow", "Deny"]).optional(),
  eventListeners: z.array(eventListener).optional(),
};

/** https://learn.microsoft.com/azure/event-grid/troubleshoot-errors */
const topic = z
  .string()
  .regex(
    /^(?!(Microsoft|EventGrid|System)-)[A-Za-z0-9-]{3,50}$/,
    "must be 3 to 50 letters, digits and hyphens, and not begin with Microsoft-, EventGrid- or System-",
  );

const topicMembers = {
  inputSchema: z.enum(["CloudEventSchemaV1_0", "EventGridSchema"]).optional(),
  subscriptions: unique("name", z.array(subscription)),
};

/** A list of unique names, compared without case. */
function unique<T>(key: string, list: z.ZodType<T[]>): z.ZodType<T[]> {
  const nameOf = (each: T) => String(typeof each === "object" ? (each as Record<string, unknown>)[key] : each);
  return list.superRefine((all, context) => {
    const seen = new Set<string>();
    for (const [index, each] of all.entries()) {
      const own = nameOf(each);
      if (seen.has(own.toLowerCase())) {
        context.addIssue({ code: "custom", message: `"${own}" is there twice`, path: [index] });
      }
      seen.add(own.toLowerCase());
    }
  });
}

/** Whether either a single resource is declared by its members, or several by a list: not both, and not neither. */
const oneOrMany = (one: string, many: string, besides: string[], needed: string[] = []) => ({
  check: (given: Record<string, unknown>) =>
    given[many] === undefined
      ? given[one] !== undefined
      : given[one] === undefined && besides.every((member) => given[member] === undefined),
  error: `must have either "${[one, ...besides].join('", "')}", for one, or "${many}", a list`,
  meta: {
    oneOf: [
      { required: [one, ...needed], not: { required: [many] } },
      { required: [many], not: { anyOf: [one, ...besides].map((member) => ({ required: [member] })) } },
    ],
  },
});

const cosmosForm = oneOrMany("database", "databases", ["containers"], ["containers"]);
const topicForm = oneOrMany("topic", "topics", ["inputSchema", "subscriptions"], ["subscriptions"]);
const hubForm = oneOrMany("hub", "hubs", ["eventHandlers", "eventListeners", "anonymousConnectPolicy"]);

/**
 * The schema of `local-azure.json`. `meta` holds the constraints that JSON Schema can express as well; the other checks run only when the file is
 * read.
 */
export const declaration = z.strictObject({
  $schema: z.string().optional(),
  resources: z
    .strictObject({
      cosmos: z
        .strictObject({
          database: name.optional(),
          containers: unique("id", z.array(container)).optional(),
          databases: unique(
            "database",
            z.array(z.strictObject({ database: name, containers: unique("id", z.array(container)) })),
          ).optional(),
          allVersionsAndDeletes: z
            .enum(backupTiers)
            .meta({
              description:
                "Keeps each change of the items, for the change feed mode of all versions and deletes, for as long as this tier of continuous backup does on Azure.",
            })
            .optional(),
          consistency: z
            .enum(consistencyLevels)
            .meta({
              description:
                "The default consistency of the account. Session if it is left out, as on Azure. Clients read it, requests may only weaken it, and at Strong and BoundedStaleness reads cost twice.",
            })
            .optional(),
          entraTokens: z
            .literal("unchecked", 'can only be "unchecked": nobody here can check an Entra ID token')
            .meta({ description: "Takes any Entra ID token over https. Nothing of it is checked." })
            .optional(),
        })
        .refine(cosmosForm.check, { error: cosmosForm.error })
        .refine(({ database, containers }) => database === undefined || containers !== undefined, {
          error: "must be a list",
          path: ["containers"],
        })
        .meta(cosmosForm.meta)
        .optional(),
      eventGrid: z
        .strictObject({
          topic: topic.optional(),
          inputSchema: topicMembers.inputSchema,
          subscriptions: topicMembers.subscriptions.optional(),
          topics: unique("topic", z.array(z.strictObject({ topic, ...topicMembers }))).optional(),
        })
        .refine(topicForm.check, { error: topicForm.error })
        .refine(({ topic, subscriptions }) => topic === undefined || subscriptions !== undefined, {
          error: "must be a list",
          path: ["subscriptions"],
        })
        .meta(topicForm.meta)
        .optional(),
      webPubSub: z
        .strictObject({
          hub: hub.optional(),
          ...hubMembers,
          hubs: unique("hub", z.array(z.union([hub, z.strictObject({ hub, ...hubMembers })]))).optional(),
        })
        .refine(hubForm.check, { error: hubForm.error })
        .meta(hubForm.meta)
        .optional(),
      sms: z
        .strictObject({
          senders: z
            .array(
              z
                .string()
                .refine(isSender, { error: "must be a number in E.164, a short code or a name" })
                .meta({ description: "A number in E.164, a short code, or a name of letters and digits." }),
            )
            .optional(),
          subscriptions: topicMembers.subscriptions.optional(),
        })
        .optional(),
    })
    .optional(),
  settings: z.record(z.string(), z.string()).optional(),
  cors: z.array(z.string()).optional(),
  names: z.array(z.string().regex(/^[\w.-]+$/, "must be a host name or an address, without a port")).optional(),
  durable: z.strictObject({ hangLikeAzure: z.boolean().optional() }).optional(),
});

/** The same as JSON Schema, for editors. */
export const declarationSchema = (): object => ({
  ...z.toJSONSchema(declaration, { io: "input", target: "draft-7", unrepresentable: "any" }),
  title: "What an application needs of the local Azure (local-azure.json)",
});
