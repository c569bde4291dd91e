import type { Container } from "@azure/cosmos";
import { app, type FunctionInput, type InvocationContext, type Timer } from "@azure/functions";
import { app as durable, type EntityHandler, input, type OrchestrationHandler } from "durable-functions";
import type * as z from "zod";
import type { Role } from "../../contracts/common.ts";
import { type CremaEvent, type EventType, problemsOf, storeOf } from "../../contracts/events.ts";
import { type ExtensionDeclaration, extensionDeclaration, wrongSetting } from "../../contracts/extension.ts";
import type { Access, OperationContract, Operations } from "../../contracts/operation.ts";
import { changeOnce } from "./change-once.ts";
import { containerNamed } from "./clients.ts";
import { type Notices, noticesOf } from "./notices.ts";
import { holdsPersonalData, type PersonalData } from "./personal-data.ts";
import { readReceived } from "./received.ts";
import { type Call, type Known, reply, route } from "./route.ts";
import { declaredSetting } from "./settings.ts";
import { Workflows } from "./workflow-client.ts";

/** The handlers of an extension, one for each event type of its subscription. */
export type EventHandlers = {
  [T in EventType]?: (event: CremaEvent<T>, context: InvocationContext) => Promise<unknown>;
};

/** The input of a route handler: the request, validated against the contract, and the caller. */
export type OperationCall<O extends OperationContract> = Omit<Call<unknown>, "params" | "query" | "body"> & {
  params: Record<ParametersIn<O["path"]>, string> & (O["params"] extends z.ZodType ? z.infer<O["params"]> : unknown);
  query: O["query"] extends z.ZodType ? z.infer<O["query"]> : Record<string, never>;
  body: O["request"] extends z.ZodType ? z.infer<O["request"]> : undefined;
} & Known<Roles[O["access"]]>;
type ParametersIn<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;
type Answer<O extends OperationContract> = O["reply"] extends z.ZodType ? z.input<O["reply"]> : undefined;

interface Roles extends Record<Access, "anyone" | "signed-in" | Role[]> {
  anyone: "anyone";
  "signed-in": "signed-in";
  display: Role[];
  staff: Role[];
  admin: Role[];
}
const rolesOf: Roles = {
  anyone: "anyone",
  "signed-in": "signed-in",
  display: ["display", "barista", "admin"],
  staff: ["barista", "admin"],
  admin: ["admin"],
};

/** The API of the platform for an extension. It allows only what `extension.json` declares: any other container, setting or event type is an error. */
export class Extension {
  readonly #declared: ExtensionDeclaration;
  readonly #notices: Notices | undefined;

  /** @param declaration the content of `extension.json` @throws Error that lists its mistakes */
  constructor(declaration: unknown) {
    const parsed = extensionDeclaration.safeParse(declaration);
    if (!parsed.success) {
      const problems = problemsOf(parsed.error).map(({ path, message }) => `${path} ${message}`);
      throw new Error(`extension.json: ${problems.join("; ")}`);
    }
    this.#declared = parsed.data;
    this.#notices = parsed.data.notices ? noticesOf(parsed.data.name) : undefined;
  }

  get name(): string {
    return this.#declared.name;
  }

  /**
   * Registers the function that a subscription delivers to. Each event is validated. If an event is invalid, has another type or version, or its handler
   * throws, Event Grid retries as the subscription says and then dead-letters the event. Events may be delivered more than once, and in any order.
   * @throws Error if there is no subscription for the function, or if its event types differ from those of the handlers
   */
  onEvents(handlers: EventHandlers, functionName = this.name): void {
    const subscription = this.#declared.subscriptions.find((each) => each.function === functionName);
    if (subscription === undefined) throw this.#wrong(`no subscription goes to the function "${functionName}"`);
    const types = Object.keys(handlers) as EventType[];
    const declared = subscription.filter.includedEventTypes;
    for (const type of declared.filter((each) => !types.includes(each as EventType)))
      throw this.#wrong(`the subscription "${subscription.name}" lets through ${type}, for which there is no handler`);
    for (const type of types.filter((each) => !declared.includes(each)))
      throw this.#wrong(
        `there is a handler for ${type}, which the subscription "${subscription.name}" does not let through`,
      );
    app.eventGrid(functionName, {
      extraInputs: this.#client(),
      handler: async (received: unknown, context) => {
        const event = readReceived(received, types);
        const handler = handlers[event.type] as (event: CremaEvent, context: InvocationContext) => Promise<unknown>;
        await handler(event, context);
      },
    });
  }

  /**
   * Registers a route for each operation of the extension's contract. A handler returns the body of the reply, which must be valid under the contract;
   * fields that the contract does not have are removed. If it throws a `Refusal`, the reply is that problem.
   * @throws Error if a path is not below that of the extension, or if `params` does not match the path
   */
  routes<O extends Operations>(
    operations: O,
    handlers: { [K in keyof O]: (call: OperationCall<O[K]>) => Promise<Answer<O[K]>> },
  ): void {
    for (const [key, operation] of Object.entries(operations)) {
      const { method, path, access, params, query, request, success, reply: answer } = operation;
      const place = `/stores/{storeId}/extensions/${this.name}`;
      if (path !== place && !path.startsWith(`${place}/`))
        throw this.#wrong(`the address ${path} must be ${place} or begin with ${place}/`);
      for (const name of Object.keys(params?.shape ?? {})) {
        if (!path.includes(`{${name}}`)) throw this.#wrong(`the address ${path} has no {${name}}`);
        if (name === "storeId")
          throw this.#wrong(`the store of ${path} is checked already: params is what is beside it`);
      }
      route({
        name: `${this.name}-${key}`,
        method: method.toUpperCase() as "GET",
        path: path.slice(1),
        access: rolesOf[access],
        extraInputs: this.#client(),
        ...(params && { params: params as z.ZodType<Record<string, string>> }),
        ...(query && { query }),
        ...(request && { body: request }),
        handler: async (call) => {
          const body = await handlers[key]?.(call as never);
          return answer === undefined ? { status: success } : reply(success, answer.parse(body));
        },
      });
    }
  }

  /**
   * Registers an orchestration: a generator that must be deterministic. It may depend only on its input, on the results of its activities and on external
   * events. It waits with `waitUntil`. @throws Error if no orchestration of this name is declared
   */
  orchestration(name: string, way: OrchestrationHandler): void {
    if (!this.#declared.orchestrations.includes(name)) throw this.#wrong(`the orchestration "${name}" is not declared`);
    durable.orchestration(name, way);
  }

  /** Registers an activity of its orchestrations. It must be idempotent, since it may run more than once. @throws Error if no activity of this name is declared */
  activity<I>(name: string, handler: (input: I, context: InvocationContext) => Promise<unknown>): void {
    if (!this.#declared.activities.includes(name)) throw this.#wrong(`the activity "${name}" is not declared`);
    durable.activity(name, {
      extraInputs: this.#client(),
      handler: (given, context) => handler(given as I, context),
    });
  }

  /** Registers a durable entity, which its orchestrations call and signal. @throws Error if no entity of this name is declared */
  entity<T>(name: string, handler: EntityHandler<T>): void {
    if (!this.#declared.entities.includes(name)) throw this.#wrong(`the entity "${name}" is not declared`);
    durable.entity(name, handler);
  }

  /**
   * Registers a timer. On Azure each timer is an instance group of its own. For one order, or for the end of a day in a store's time zone, an orchestration
   * that waits is cheaper.
   * @param schedule an NCRONTAB expression: six fields, starting with the seconds, in UTC, such as `0 0 21 * * *`
   * @throws Error if no timer of this name is declared
   */
  timer(name: string, schedule: string, handler: (timer: Timer, context: InvocationContext) => Promise<unknown>): void {
    if (!this.#declared.timers.includes(name)) throw this.#wrong(`the timer "${name}" is not declared`);
    app.timer(name, {
      schedule,
      extraInputs: this.#client(),
      handler: async (timer, context) => void (await handler(timer, context)),
    });
  }

  /**
   * The client with which an event handler, route, activity or timer starts orchestrations and raises events in them.
   * @throws Error if no orchestration is declared
   */
  workflows(context: InvocationContext): Workflows {
    if (this.#declared.orchestrations.length === 0) throw this.#wrong("it has declared no orchestrations");
    return new Workflows(context);
  }

  /**
   * Registers the personal data that the extension stores, which customers can request. The extension must delete a customer's data when it receives
   * `crema.customer.deleted.v1`, which is published once for each store.
   * @throws Error if none of its subscriptions has this event type
   */
  holdsPersonalData({ about, read }: Pick<PersonalData, "about" | "read">): void {
    const hears = this.#declared.subscriptions.some(({ filter }) =>
      filter.includedEventTypes.includes("crema.customer.deleted.v1"),
    );
    if (!hears) throw this.#wrong("it holds personal data, and no subscription lets through crema.customer.deleted.v1");
    holdsPersonalData({ part: this.name, about, read });
  }

  /** Publishes notices on screens. @throws Error if `notices` is not declared */
  get notices(): Notices {
    if (this.#notices === undefined) throw this.#wrong('it speaks on screens, and "notices" is not true');
    return this.#notices;
  }

  /** A Cosmos DB container of the extension. Rejects if no container of this name is declared. */
  async container(id = this.name): Promise<Container> {
    this.#declaredContainer(id);
    return containerNamed(id);
  }

  /**
   * Changes a document of the extension, in the partition of the event's store. The change is made once for each event, or for each `once` if it is given;
   * see `changeOnce`.
   * @throws Error if the container is not declared, or has another partition key than `/storeId`
   */
  async changeOnce<T extends object>(
    event: CremaEvent,
    { id, once = event.id, container = this.name }: { id: string; once?: string; container?: string },
    change: (before: T | undefined) => T,
  ): Promise<T | undefined> {
    const { partitionKey } = this.#declaredContainer(container);
    if (partitionKey !== "/storeId")
      throw this.#wrong(`the container "${container}" must have the partition key /storeId`);
    const own = await containerNamed(container);
    return changeOnce({ container: own, storeId: storeOf(event.subject), id, once }, change);
  }

  /** The value of a declared setting, or its default. @throws Error if the setting is not declared, or its value is invalid */
  setting(name: string): string {
    const declared = this.#declared.settings.find((each) => each.name === name);
    if (declared === undefined) throw this.#wrong(`the setting ${name} is not declared`);
    const value = declaredSetting(name) ?? declared.default;
    const wrong = wrongSetting(declared, value);
    if (wrong !== undefined) throw new Error(wrong);
    return value;
  }

  /** The input binding that `workflows` needs. */
  #client(): FunctionInput[] {
    return this.#declared.orchestrations.length > 0 ? [input.durableClient()] : [];
  }

  #declaredContainer(id: string): ExtensionDeclaration["containers"][number] {
    const found = this.#declared.containers.find((each) => each.id === id);
    if (found === undefined) throw this.#wrong(`the container "${id}" is not declared`);
    return found;
  }

  #wrong(what: string): Error {
    return new Error(`The extension ${this.name} does not fit its extension.json: ${what}.`);
  }
}
