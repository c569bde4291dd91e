import { eventTypes } from "../../contracts/events.ts";
import { UsageError } from "../say-usage.ts";
import type { Wanted } from "./archive.ts";
import { periodOf, periodOptions, periodUsage } from "./moments.ts";
import { orderNamed } from "./order-named.ts";
import type { Stand } from "./stand.ts";

/** Options that select events. */
export const whichOptions = {
  ...periodOptions,
  type: { type: "string", multiple: true },
  subject: { type: "string" },
  order: { type: "string" },
} as const;

export const whichUsage = `${periodUsage}
  --type TYPE        of this type: crema.order.ready.v1, order.ready, or order for all of orders; may be given several times
  --subject TEXT     whose subject begins with TEXT: stores/main/orders/, or orders/ for short
  --order ORDER      of one order: its id, at least the first eight characters of it, or its latest number`;

export interface Given {
  since?: string | undefined;
  until?: string | undefined;
  type?: string[] | undefined;
  subject?: string | undefined;
  order?: string | undefined;
}

/** @throws UsageError, or Error if there is no such order */
export async function wantedOf(stand: Stand, values: Given, now: number): Promise<Wanted> {
  const types = values.type?.flatMap(typesNamed);
  const { subject } = values;
  return {
    ...periodOf(values, now),
    ...(types && { types }),
    ...(subject !== undefined && {
      subject: subject.startsWith("stores/") ? subject : `stores/${stand.storeId}/${subject}`,
    }),
    ...(values.order !== undefined && { orderId: await orderNamed(stand, values.order) }),
  };
}

/** The types that a name stands for, with or without `crema.` and the version. @throws UsageError that lists all types */
export function typesNamed(name: string): string[] {
  const whole = name.startsWith("crema.") ? name : `crema.${name}`;
  const found = eventTypes.filter((type) => type === whole || type.startsWith(`${whole.replace(/\.\*?$/, "")}.`));
  if (name !== "" && found.length > 0) return found;
  throw new UsageError(`There is no event type "${name}"; there are ${eventTypes.map(shortType).join(", ")}.`);
}

/** A type as people say it: `order.ready`; with its version if that is not the first. */
export function shortType(type: string): string {
  return type.replace(/^crema\./, "").replace(/\.v1$/, "");
}
