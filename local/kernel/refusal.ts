/** A response that refuses a request: the status, Azure's code, and a message that says what was wrong and what would be right. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body in the shape that the SDKs expect. */
  get body(): unknown {
    return { error: { code: this.code, message: this.message } };
  }
}
