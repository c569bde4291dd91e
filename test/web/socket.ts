/** A socket that does what the test says, at the moment that it says. */
export class Socket {
  static all: Socket[] = [];
  readonly query: URLSearchParams;
  readonly sent: { type: string; sequenceId?: number }[] = [];
  readyState = 0;
  onclose: ((event: { code: number }) => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;

  constructor(url: string) {
    this.query = new URL(url).searchParams;
    Socket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }

  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  greets(connectionId = "c1"): void {
    this.readyState = 1;
    this.says({ type: "system", event: "connected", connectionId, reconnectionToken: "r1" });
  }
  breaks(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
