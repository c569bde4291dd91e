/** Short messages at the edge of the screen; each goes away by itself. */
export class Toasts {
  list = $state.raw<{ id: number; text: string }[]>([]);
  #last = 0;

  /** Shows a message for so many ms. The same text is shown once, as the newest; of more than three the oldest goes. */
  say(text: string, milliseconds = 9_000): void {
    const id = ++this.#last;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text }].slice(-3);
    setTimeout(() => this.dismiss(id), milliseconds);
  }

  /** Takes a message away, if it is still there. */
  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
