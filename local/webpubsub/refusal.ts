import { Refusal as PlainRefusal } from "../kernel/refusal.ts";

/** A refusal in the recorded format of the service's REST responses; the code is also in the header `x-ms-error-code`. */
export class Refusal extends PlainRefusal {
  /** The subject of the refusal: a parameter, a resource. */
  readonly target: string | null;

  constructor(status: number, code: string, message: string, target: string | null = null) {
    super(status, code, message);
    this.target = target;
  }

  override get body(): unknown {
    const { message, target } = this;
    return { code: this.#fullCode, message, target, details: null, innererror: null };
  }

  /** Most codes are errors. The service calls some of them information. */
  get #fullCode(): string {
    return this.code.startsWith("Info.") ? this.code : `Error.${this.code}`;
  }

  /** The headers of the response. */
  get headers(): Record<string, string> {
    return { "content-type": "application/json; charset=utf-8", "x-ms-error-code": this.#fullCode };
  }
}

/**
 * A refused filter. The service sends it as `application/problem+json` and not as JSON, so that the message of the SDK's error is the whole
 * body.
 */
export class FilterRefusal extends Refusal {
  readonly #part: string;
  readonly #why: string;

  /** @param part the text, or the invalid part of it. @param target `filter` in the query, `Filter` in a body. */
  constructor(part: string, why: string, target = "filter") {
    super(400, "BadRequest", `Invalid syntax for '${part}': ${why} (Parameter 'filter')`, target);
    this.#part = part;
    this.#why = why;
  }

  /** The same refusal for a filter in another place. */
  about(target: string): FilterRefusal {
    return new FilterRefusal(this.#part, this.#why, target);
  }

  override get body(): unknown {
    const { message, target, status } = this;
    return {
      ...{ code: "Error.BadRequest", message, target, errors: { [target ?? "filter"]: [message] } },
      ...{ type: null, title: "One or more validation errors occurred.", status },
      ...{ detail: null, instance: null, extensions: {} },
    };
  }

  override get headers(): Record<string, string> {
    return { ...super.headers, "content-type": "application/problem+json; charset=utf-8" };
  }
}

/** A text for messages, truncated if it is very long. */
export const shortened = (text: string) => (text.length > 500 ? `${text.slice(0, 500)}…` : text);
