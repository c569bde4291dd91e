import { createHash } from "node:crypto";
import { type CremaEvent, parseEvent } from "../../contracts/events.ts";
import { treatmentOf } from "./left-out.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Ids without personal data: of an order or a version of it, of a code window, of the queue or a page. */
const plainId =
  /^(?:[0-9a-f-]{36}(?:-\d+)?|[a-z0-9-]+:\d{4}-[\dT:.-]+Z:\d+:[a-z]+|(?:queue|store|menu|staff)-[a-z0-9-]+-\d+)$/;

/**
 * Removes all personal data from events, one after the other. A person has the same pseudonym within one export, and another one in the next. Orders
 * get other ids too, so that nobody can find their own. Unlisted attributes and fields are left out (`left-out.ts`).
 * @returns a function that anonymises an event; it throws if the event would become invalid
 */
export function anonymously(): (event: CremaEvent) => CremaEvent {
  let seed: string | undefined;
  const stand = (name: (n: number) => string) => {
    const known = new Map<string, string>();
    return (original: string) => {
      const given = known.get(original) ?? name(known.size + 1);
      known.set(original, given);
      return given;
    };
  };
  const order = stand((n) => uuidOf(`${seed} ${n}`));
  const eventId = stand((n) => `event-${n}`);
  const baristas = stand((n) => String(n));
  const stands = {
    customer: stand((n) => `customer-${String(n).padStart(8, "0")}`),
    barista: (id: string) => `barista-${baristas(id).padStart(8, "0")}`,
    order,
    // Any other id may be a person's and contain their number.
    document: (id: string) =>
      /^(?:store|(?:drink|options):[a-z0-9-]+)$/.test(id) ? id : /^staff/.test(id) ? "staff" : "document",
    notice: stand((n) => `notice:said:${n}`),
    words: () => "(left out)",
  };

  /** @param barista the barista whose name is next to the value */
  const treated = (value: unknown, place: string, barista?: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => treated(one, `${place}[]`));
    if (typeof value === "object" && value !== null) {
      const { id } = value as { id?: unknown };
      const fields = Object.entries(value).map(([name, inner]) => {
        const at = place === "" ? name : `${place}.${name}`;
        return [name, treated(inner, at, typeof id === "string" ? id : undefined)] as const;
      });
      return Object.fromEntries(fields.filter(([, inner]) => inner !== undefined));
    }
    const treatment = treatmentOf(place);
    if (treatment === undefined || treatment === "left out") return undefined;
    if (treatment === "kept") return value;
    if (treatment === "barista's name") return `Barista ${baristas(barista ?? String(value))}`;
    return stands[treatment](String(value));
  };
  const idOf = (id: string) => (plainId.test(id) ? id.replace(uuid, order) : eventId(id));

  const subjectOf = (subject: string) =>
    subject
      .replace(/(?<=\/config\/).*/s, stands.document)
      .replace(/(?<=\/notices\/).*/s, stands.notice)
      .replace(/(?<=\/customers\/).*/s, stands.customer)
      .replace(uuid, order);

  return (event) => {
    seed ??= `${event.time} ${event.subject.split("/")[1]}`;
    const { id, type, source, subject, time, datacontenttype, sequence, correlationid, causationid } = event;
    const given = {
      specversion: "1.0",
      id: idOf(id),
      type,
      source,
      subject: subjectOf(subject),
      time,
      ...(datacontenttype && { datacontenttype }),
      sequence,
      correlationid: idOf(correlationid),
      ...(causationid && { causationid: idOf(causationid) }),
      data: treated(event.data, ""),
    };
    const parsed = parseEvent(given);
    if ("event" in parsed) return parsed.event;
    const why = parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new Error(`${type} cannot be exported: what tools/events/left-out.ts leaves of it is no event (${why}).`);
  };
}

/** A UUID (version 8, custom) that is derived from a text. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
