/** Short messages at the edge of the screen; each goes away by itself. */
export class Toasts {
  list = $state.raw<{ id: number; text: string }[]>([]);
  #last = 0;

  say(text: string, milliseconds = 9_000): void {
    const id = ++this.#last;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text }].slice(-3);
    setTimeout(() => this.dismiss(id), milliseconds);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
