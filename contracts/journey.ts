import * as z from "zod";
import { moment } from "./common.ts";
import { type EventType, eventTypes, type OrderEventType } from "./events.ts";
import { orderStates } from "./order-states.ts";

type Told<T extends EventType> = T extends `crema.order.${infer What}.v${number}` ? What : never;
/** What happened: the scan, or an event of the order. */
export type JourneyWhat = "scanned" | Told<OrderEventType>;

/** The past participle in an event type, such as `submitted` in `crema.order.submitted.v1`. */
export function whatOf(type: OrderEventType): JourneyWhat {
  return type.split(".")[2] as JourneyWhat;
}

const orderEventTypes = eventTypes.filter((type): type is OrderEventType => type.startsWith("crema.order."));
export const journeyWhats: [JourneyWhat, ...JourneyWhat[]] = ["scanned", ...orderEventTypes.map(whatOf)];

/** The role in which a step was taken. `counter`: a barista, for a customer without a phone. `clock`: the step was due at that time. */
const journeyParts = ["customer", "counter", "barista", "admin", "workflow", "clock"] as const;
export type JourneyPart = (typeof journeyParts)[number];

/** One step in an order's journey, with its event if that is still stored. */
export const journeyStep = z.object({
  what: z.enum(journeyWhats).describe("What happened: the scan, or an event of the order."),
  at: moment.describe("When it happened."),
  untilNext: z.int().nonnegative().optional().describe("Milliseconds until the next step; missing for the last step."),
  who: z
    .object({
      part: z
        .enum(journeyParts)
        .describe(
          "The role in which the step was taken. `counter`: a barista, for a customer without a phone. `clock`: the step was due at that time.",
        ),
      name: z.string().optional().describe("The name of a member of staff, as screens show it."),
    })
    .describe("The person or part of the system that took the step."),
  state: z
    .enum(orderStates)
    .optional()
    .describe("The order's state after the step; missing for the scan, which precedes the order."),
  event: z
    .object({
      id: z.string().describe("Its id."),
      type: z.enum(eventTypes as [EventType, ...EventType[]]).describe("Its type."),
      sequence: z.string().describe("The version of the order."),
      causation: z.string().optional().describe("Id of the event that caused this one."),
      trace: z.string().optional().describe("The W3C trace id, 32 hexadecimal digits."),
    })
    .optional()
    .describe("The event, if it is still stored."),
});
export type JourneyStep = z.infer<typeof journeyStep>;

/** A step for anybody who has the link. It contains no name, and nothing that identifies the order or a person. */
export const sharedStep = journeyStep.extend({
  who: journeyStep.shape.who.pick({ part: true }).describe("The role in which the step was taken."),
  event: journeyStep.shape.event
    .unwrap()
    .pick({ type: true, sequence: true })
    .optional()
    .describe("The event, if it is still stored."),
});
export type SharedStep = z.infer<typeof sharedStep>;

/** The secret of a link: the order's id and 192 random bits. */
export const journeyLink = z
  .string()
  .regex(/^[0-9a-f]{32}[A-Za-z0-9_-]{32}$/, "must be what the link holds after its #: 64 letters, digits, hyphens")
  .describe("The secret of a link: the part after its `#`.");
