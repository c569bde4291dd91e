import * as z from "zod";
import { eventTypes } from "./events.ts";
import { extensionName } from "./notice.ts";
import { ownSubjects, replaysName } from "./replay.ts";

/** Words that select extensions in place of their names. */
export const choices = ["default", "all", "none"] as const;

const chosenName = extensionName
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must have single hyphens only, and none at the end")
  .min(3, "must have 3 characters at least")
  .max(24, "must have 24 characters at most")
  .refine((name) => !(choices as readonly string[]).includes(name), `must not be ${choices.join(", ")}`)
  .describe("The name of the extension and of its folder. All other names in this file must begin with it.");

/** What is wrong with an event type in a subscription; `undefined` if the type exists. */
function wrongType(type: string): string | undefined {
  const known: readonly string[] = eventTypes;
  if (known.includes(type)) return undefined;
  const thing = type.replace(/\.v\d+$/, "");
  const versions = known.filter((other) => other.replace(/\.v\d+$/, "") === thing);
  return versions.length > 0
    ? `"${type}" is gone; there is ${versions.join(", ")}`
    : `"${type}" is no type of event; there are ${known.join(", ")}`;
}

const typeRead = z.string().superRefine((type, context) => {
  const message = wrongType(type);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const path = z.string().regex(/^(\/[A-Za-z_][A-Za-z0-9_]*)+$/, "must be the path of a member, such as /storeId");

const container = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{2,62}$/, "must be 3 to 63 lower-case letters, digits and hyphens"),
    partitionKey: path.default("/storeId"),
    defaultTtl: z
      .int()
      .min(-1)
      .refine((seconds) => seconds !== 0, "must be -1 or a number of seconds from 1 on")
      .default(-1)
      .describe(
        "Time to live of documents in seconds. -1: a document is kept for ever unless it has a `ttl` of its own.",
      ),
    uniqueKeys: z.array(z.array(path).min(1)).optional(),
    indexingPolicy: z
      .looseObject({})
      .optional()
      .describe("An indexing policy of Cosmos DB. Default: all paths are indexed."),
  })
  .describe("A container of Cosmos DB that belongs to the extension.");

// Lower case only: Azure does not distinguish upper and lower case in these names.
const functionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{2,63}$/, "must be 3 to 64 lower-case letters, digits and hyphens");
/** Event Grid allows 64 characters. The subscription for replays, which is created beside each one, has a longer name. */
const longestSubscription = 64 - replaysName("").length;

const subscription = z
  .strictObject({
    name: functionName.max(longestSubscription),
    function: functionName
      .optional()
      .describe("The function that receives the events. Default: the name of the subscription."),
    filter: z
      .strictObject({
        includedEventTypes: z
          .array(typeRead)
          .min(1)
          .refine((types) => new Set(types).size === types.length, "must have each type once"),
        subjectBeginsWith: z.string().startsWith(ownSubjects).optional(),
        subjectEndsWith: z.string().optional(),
        isSubjectCaseSensitive: z.boolean().optional(),
        advancedFilters: z.array(z.looseObject({ operatorType: z.string(), key: z.string() })).optional(),
        enableAdvancedFilteringOnArrays: z.boolean().optional(),
      })
      .describe("Which events are delivered: the types with their versions, and other filters of Event Grid."),
    retry: z
      .strictObject({
        maxDeliveryAttempts: z.int().min(1).max(30),
        eventTimeToLiveInMinutes: z.int().min(1).max(1440),
      })
      .default({ maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 })
      .describe("How often and how long a delivery is retried before the event is dead-lettered."),
  })
  .transform((given) => ({ ...given, function: given.function ?? given.name }))
  .describe("An event subscription, with its own retries and dead letters.");

/** One line without `|`, since it is written into tables in Markdown. */
const line = z
  .string()
  .min(1)
  .regex(/^[^|\p{Cc}]*$/u, "must be one line without |");

const setting = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/,
        "must be words of capital letters and digits with a single _ between them",
      ),
    description: line,
    default: z.string().regex(/^\P{Cc}*$/u, "must be one line"),
    pattern: z
      .string()
      .default("")
      .refine((pattern) => compiles(pattern), "must be a regular expression")
      .describe("A regular expression that the whole value must match."),
  })
  .describe("A setting, which is read each time it is needed.");

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** `extension.json`: the resources that an extension needs. The local Azure, Bicep templates, alerts, cost table and descriptions are derived from it. */
export const extensionDeclaration = z
  .strictObject({
    $schema: z.string().optional(),
    name: chosenName,
    description: line.max(200).describe("The purpose of the extension, in one sentence."),
    default: z.boolean().default(false).describe("Whether a build contains the extension if none was selected."),
    notices: z.boolean().default(false).describe("Whether the extension shows notices on screens."),
    containers: z.array(container).default([]),
    subscriptions: z.array(subscription).default([]),
    settings: z.array(setting).default([]),
    orchestrations: z.array(functionName).default([]).describe("The names of its orchestrations (Durable Functions)."),
    activities: z.array(functionName).default([]).describe("The names of its activity functions."),
    entities: z.array(functionName).default([]).describe("The names of its durable entities."),
    timers: z.array(functionName).default([]).describe("The names of its timer functions."),
  })
  .superRefine((declared, context) => {
    const { name, containers, subscriptions, settings, orchestrations, activities, entities, timers } = declared;
    const own = (path: (string | number)[], given: string, prefix: string, separator: string) => {
      if (given === prefix || given.startsWith(prefix + separator)) return;
      const message = `"${given}" must be "${prefix}" or begin with "${prefix}${separator}", so that it can be nobody else's`;
      context.addIssue({ code: "custom", message, path });
    };
    for (const [n, { id }] of containers.entries()) own(["containers", n, "id"], id, name, "-");
    for (const [n, each] of subscriptions.entries()) {
      own(["subscriptions", n, "name"], each.name, name, "-");
      // If another field is invalid, zod does not run the transform that fills in the default.
      own(["subscriptions", n, "function"], each.function ?? each.name, name, "-");
    }
    const listed = { orchestrations, activities, entities, timers };
    for (const [list, names] of Object.entries(listed))
      for (const [n, each] of names.entries()) own([list, n], each, name, "-");
    const capitals = name.toUpperCase().replaceAll("-", "_");
    for (const [n, each] of settings.entries()) {
      own(["settings", n, "name"], each.name, capitals, "_");
      const wrong = wrongSetting(each, each.default);
      if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong, path: ["settings", n, "default"] });
      // The default becomes part of a parameter of the Bicep templates, in which azd substitutes the value from the environment.
      if (/["\\{}]/.test(each.default))
        context.addIssue({ code: "custom", message: 'must have none of " \\ { }', path: ["settings", n, "default"] });
    }
    const twice = (list: string, names: readonly string[]) => {
      for (const each of new Set(names.filter((name, n) => names.indexOf(name) !== n)))
        context.addIssue({ code: "custom", message: `"${each}" is there twice`, path: [list] });
    };
    const functions = subscriptions.map((each) => each.function ?? each.name);
    twice(
      "containers",
      containers.map(({ id }) => id),
    );
    const names = subscriptions.map((each) => each.name);
    // Each subscription has another one for replays.
    twice("subscriptions", [...names, ...new Set(names.map(replaysName))]);
    twice("functions", [...functions, ...Object.values(listed).flat()]);
    twice(
      "settings",
      settings.map((each) => each.name),
    );
  });

export type ExtensionDeclaration = z.infer<typeof extensionDeclaration>;

/** What is wrong with the value of a setting; `undefined` if it is valid. */
export function wrongSetting(
  { name, pattern, description }: ExtensionDeclaration["settings"][number],
  value: string,
): string | undefined {
  return pattern === "" || new RegExp(`^(?:${pattern})$`).test(value)
    ? undefined
    : `${name} is "${value}", which does not fit ${pattern}. ${description}`;
}
