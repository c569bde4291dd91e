import { Refusal as PlainRefusal } from "../kernel/refusal.ts";

/** Event Grid reports the error twice: its clients read `details`. */
export class Refusal extends PlainRefusal {
  override get body(): unknown {
    return { error: { code: this.code, message: this.message, details: [{ code: this.code, message: this.message }] } };
  }
}
