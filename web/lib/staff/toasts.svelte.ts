/** Short messages at the edge of the screen; each disappears by itself. */
export class Toasts {
  list = $state.raw<{ id: number; text: string }[]>([]);
  #last = 0;

  /** Shows a message for some ms. A repeated text is shown once, as the newest; of more than three messages the oldest is removed. */
  say(text: string, milliseconds = 9_000): void {
    const id = ++this.#last;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text }].slice(-3);
    setTimeout(() => this.dismiss(id), milliseconds);
  }

  /** Removes a message, if it is still there. */
  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
