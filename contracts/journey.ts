import * as z from "zod";
import { moment } from "./common.ts";
import { type EventType, eventTypes, type OrderEventType } from "./events.ts";
import { orderStates } from "./order-states.ts";

type Told<T extends EventType> = T extends `crema.order.${infer What}.v${number}` ? What : never;
/** What happened: the scan, or what an event of the order tells. */
export type JourneyWhat = "scanned" | Told<OrderEventType>;

/** What an event of this type tells, such as `submitted` of `crema.order.submitted.v1`. */
export function whatOf(type: OrderEventType): JourneyWhat {
  return type.split(".")[2] as JourneyWhat;
}

const orderEventTypes = eventTypes.filter((type): type is OrderEventType => type.startsWith("crema.order."));
export const journeyWhats: [JourneyWhat, ...JourneyWhat[]] = ["scanned", ...orderEventTypes.map(whatOf)];

/** As what somebody or something took the step: at the counter a barista, for somebody without a phone; the clock takes those whose time has come. */
const journeyParts = ["customer", "counter", "barista", "admin", "workflow", "clock"] as const;
export type JourneyPart = (typeof journeyParts)[number];

/** One step of an order's way, with the event behind it where that is still kept. */
export const journeyStep = z.object({
  what: z.enum(journeyWhats).describe("What happened: the scan, or what an event of the order tells."),
  at: moment.describe("When."),
  untilNext: z.int().nonnegative().optional().describe("Milliseconds until the next step; missing with the last one."),
  who: z
    .object({
      part: z
        .enum(journeyParts)
        .describe(
          "As what somebody or something took the step: at the counter a barista, for somebody without a phone; the clock takes those whose time has come.",
        ),
      name: z.string().optional().describe("Of staff, as screens show it."),
    })
    .describe("Who or what took the step."),
  state: z
    .enum(orderStates)
    .optional()
    .describe("The order's state after the step; none after the scan, which is before the order."),
  event: z
    .object({
      id: z.string().describe("Its id."),
      type: z.enum(eventTypes as [EventType, ...EventType[]]).describe("Its type."),
      sequence: z.string().describe("The version of the order that it tells of."),
      causation: z.string().optional().describe("Id of the event that led to it."),
      trace: z.string().optional().describe("The trace that it belongs to (W3C), 32 hexadecimal digits."),
    })
    .optional()
    .describe("The event behind it, where that is still kept."),
});
export type JourneyStep = z.infer<typeof journeyStep>;

/** The same for anybody who has the link: no name, and nothing by which the order or its people could be told from others. */
export const sharedStep = journeyStep.extend({
  who: journeyStep.shape.who.pick({ part: true }).describe("As what somebody or something took the step."),
  event: journeyStep.shape.event
    .unwrap()
    .pick({ type: true, sequence: true })
    .optional()
    .describe("The event behind it."),
});
export type SharedStep = z.infer<typeof sharedStep>;

/** The secret of a link: the order's id and 192 bits of chance. */
export const journeyLink = z
  .string()
  .regex(/^[0-9a-f]{32}[A-Za-z0-9_-]{32}$/, "must be what the link holds after its #: 64 letters, digits, hyphens")
  .describe("The secret of a link, as it stands after its `#`.");
