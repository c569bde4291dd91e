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

/** What an extension does with each type of event that it reads. */
export type EventHandlers = {
  [T in EventType]?: (event: CremaEvent<T>, context: InvocationContext) => Promise<unknown>;
};

/** What a route of an extension is given: the request, checked by its contract, and who calls. */
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

/** What the platform does for an extension, within what it has declared: another container, setting or type of event is refused. */
export class Extension {
  readonly #declared: ExtensionDeclaration;
  readonly #notices: Notices | undefined;

  /** @param declaration its `extension.json`. @throws Error that says what is wrong with it */
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
   * Registers the function that a subscription delivers to. Each event is checked; what is none, or of a type or version that is not read, and
   * what a handler throws at, is tried again as the subscription says and then lies with the dead letters. An event may come twice, and in any
   * order.
   * @throws Error when there is no such subscription, or when it lets through other types than there are handlers for
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
   * Registers a route for each operation of the extension's contract. A handler returns the body of the reply, which has to fit the contract; what
   * is not in that is left out. A `Refusal` that it throws is answered with its problem.
   * @throws Error when an address is not below that of the extension, or `params` does not fit it
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
   * Registers a workflow: a generator that decides by its input, by what its activities answer and by what it is told, and by nothing else. It waits
   * with `waitUntil`. @throws Error when it has declared no orchestration of this name
   */
  orchestration(name: string, way: OrchestrationHandler): void {
    if (!this.#declared.orchestrations.includes(name)) throw this.#wrong(`the orchestration "${name}" is not declared`);
    durable.orchestration(name, way);
  }

  /** Registers an activity that its workflows call; it may be called twice. @throws Error when it has declared none of this name */
  activity<I>(name: string, handler: (input: I, context: InvocationContext) => Promise<unknown>): void {
    if (!this.#declared.activities.includes(name)) throw this.#wrong(`the activity "${name}" is not declared`);
    durable.activity(name, {
      extraInputs: this.#client(),
      handler: (given, context) => handler(given as I, context),
    });
  }

  /** Registers a durable entity, which its workflows call and signal. @throws Error when it has declared none of this name */
  entity<T>(name: string, handler: EntityHandler<T>): void {
    if (!this.#declared.entities.includes(name)) throw this.#wrong(`the entity "${name}" is not declared`);
    durable.entity(name, handler);
  }

  /**
   * Registers what is done by the clock. On Azure each timer is an instance group of its own; what is for one order, or a day's end in a store's own time zone, is cheaper as a workflow that waits.
   * @param schedule six fields from the seconds on, in UTC: `0 0 21 * * *`
   * @throws Error when it has declared none of this name
   */
  timer(name: string, schedule: string, handler: (timer: Timer, context: InvocationContext) => Promise<unknown>): void {
    if (!this.#declared.timers.includes(name)) throw this.#wrong(`the timer "${name}" is not declared`);
    app.timer(name, {
      schedule,
      extraInputs: this.#client(),
      handler: async (timer, context) => void (await handler(timer, context)),
    });
  }

  /** How a handler of events, a route, an activity or a timer starts and tells workflows. @throws Error when it has declared no orchestration */
  workflows(context: InvocationContext): Workflows {
    if (this.#declared.orchestrations.length === 0) throw this.#wrong("it has declared no orchestrations");
    return new Workflows(context);
  }

  /**
   * Says what it holds about people: they are shown it on request. That they want it deleted it hears by `crema.customer.deleted.v1`, one event a store.
   * @throws Error when no subscription of its own lets that through
   */
  holdsPersonalData({ about, read }: Pick<PersonalData, "about" | "read">): void {
    const hears = this.#declared.subscriptions.some(({ filter }) =>
      filter.includedEventTypes.includes("crema.customer.deleted.v1"),
    );
    if (!hears) throw this.#wrong("it holds personal data, and no subscription lets through crema.customer.deleted.v1");
    holdsPersonalData({ part: this.name, about, read });
  }

  /** How it speaks on screens. @throws Error when it has not declared that it does */
  get notices(): Notices {
    if (this.#notices === undefined) throw this.#wrong('it speaks on screens, and "notices" is not true');
    return this.#notices;
  }

  /** A container of its own. Rejects when it has declared none of this name. */
  async container(id = this.name): Promise<Container> {
    this.#declaredContainer(id);
    return containerNamed(id);
  }

  /**
   * Changes a document of its own, in the partition of the store that the event tells of: once for each event, or for each `once`, see
   * `changeOnce`.
   * @throws Error when it has declared no such container, or one with another partition key
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

  /** The value of a setting that it has declared. @throws Error when there is none of this name, or its value is not right */
  setting(name: string): string {
    const declared = this.#declared.settings.find((each) => each.name === name);
    if (declared === undefined) throw this.#wrong(`the setting ${name} is not declared`);
    const value = declaredSetting(name) ?? declared.default;
    const wrong = wrongSetting(declared, value);
    if (wrong !== undefined) throw new Error(wrong);
    return value;
  }

  /** What `workflows` works with. */
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
