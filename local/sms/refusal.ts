/** An answer that refuses a request, with what was wrong and what would be right. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): unknown {
    return { error: { code: this.code, message: this.message } };
  }
}
