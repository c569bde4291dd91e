import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type Driver, type Element, until } from "./driver.ts";

interface Answer {
  id?: number;
  result?: unknown;
  error?: string;
  message?: string;
}

/** What a script resulted in: `value` of what it returned, or what it threw. */
interface Evaluated {
  type: "success" | "exception";
  result?: { type: string; value?: unknown; sharedId?: string };
  exceptionDetails?: { text: string };
}

/** How long the place that is to be pressed has to stay where it is, in ms. */
const still = 100;

/** Whether an element can be pressed: it is in view, and nothing lies over its middle. */
const isReachable = `async function (one) {
  one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const middle = () => { const { x, y, width, height } = one.getBoundingClientRect(); return [x + width / 2, y + height / 2]; };
  const before = middle();
  await new Promise((later) => setTimeout(later, ${still}));
  const at = middle();
  const top = document.elementFromPoint(...at);
  return before.join() === at.join() && top !== null && (one.contains(top) || top.contains(one) || top.closest("label")?.control === one);
}`;

/**
 * A browser's process that is driven by W3C WebDriver BiDi, without a driver beside it: the part that is used here.
 * See https://www.w3.org/TR/webdriver-bidi/.
 */
export class BiDi implements Driver {
  readonly #browser: ChildProcess;
  readonly #profile: string;
  #socket: WebSocket | undefined;
  #last = 0;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #context = "";
  version = "";

  private constructor(browser: ChildProcess, profile: string) {
    this.#browser = browser;
    this.#profile = profile;
  }

  /** Starts a browser, with a profile of its own. `argv` has to make it listen at `port`. @throws Error that says what it answered */
  static async start(
    program: string,
    { argv, port, env }: { argv(profile: string): string[]; port: number; env: NodeJS.ProcessEnv },
  ): Promise<BiDi> {
    const profile = mkdtempSync(join(tmpdir(), "crema-browsers-"));
    const driver = new BiDi(spawn(program, argv(profile), { env, stdio: "ignore" }), profile);
    try {
      driver.#connected(await until(program, () => opened(`ws://127.0.0.1:${port}/session`)));
      const made = (await driver.#ask("session.new", { capabilities: {} })) as {
        capabilities: { browserVersion: string };
      };
      driver.version = made.capabilities.browserVersion;
      const { contexts } = (await driver.#ask("browsingContext.getTree", {})) as { contexts: { context: string }[] };
      driver.#context = contexts[0]?.context ?? "";
      // Without it nothing has the focus.
      await driver.#inContext("browsingContext.activate", {});
      return driver;
    } catch (error) {
      await driver.end();
      throw error;
    }
  }

  #connected(socket: WebSocket): void {
    this.#socket = socket;
    socket.on("message", (text: Buffer) => {
      const { id, result, error, message } = JSON.parse(text.toString()) as Answer;
      const asked = this.#waiting.get(id ?? 0);
      this.#waiting.delete(id ?? 0);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`${error} ${message}`));
    });
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The browser has ended."));
    });
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new Error("The browser has ended."));
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #inContext(method: string, params: object): Promise<unknown> {
    return this.#ask(method, { context: this.#context, ...params });
  }

  async go(url: string): Promise<void> {
    await this.#inContext("browsingContext.navigate", { url, wait: "complete" });
  }

  /** Resolves when it has begun, like WebDriver: a page that is kept has no load to wait for. */
  async back(): Promise<void> {
    await this.#inContext("browsingContext.traverseHistory", { delta: -1 });
  }

  async reload(): Promise<void> {
    await this.#inContext("browsingContext.reload", { wait: "complete" });
  }

  async #call(functionDeclaration: string, args: object[]): Promise<NonNullable<Evaluated["result"]>> {
    const target = { context: this.#context };
    const asked = { functionDeclaration, arguments: args, target, awaitPromise: true };
    const { result, exceptionDetails } = (await this.#ask("script.callFunction", asked)) as Evaluated;
    if (result === undefined) throw new Error(exceptionDetails?.text ?? "A script of this tool failed.");
    return result;
  }

  /** Values come as JSON, for the protocol's own form has the type of each part beside it. */
  async evaluate<T>(expression: string, ...args: string[]): Promise<T> {
    const { value } = await this.#call(`function () { return JSON.stringify(${expression}) }`, texts(args));
    return (typeof value === "string" ? JSON.parse(value) : undefined) as T;
  }

  async find(expression: string, ...args: string[]): Promise<Element | null> {
    const { sharedId } = await this.#call(`function () { return ${expression} }`, texts(args));
    return sharedId === undefined ? null : { sharedId };
  }

  async click(element: Element): Promise<void> {
    await until(
      "an element that can be pressed",
      async () => (await this.#call(isReachable, [element])).value === true,
    );
    const actions = [
      { type: "pointerMove", x: 0, y: 0, origin: { type: "element", element } },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#inContext("input.performActions", { actions: [{ type: "pointer", id: "mouse", actions }] });
  }

  async type(element: Element, text: string): Promise<void> {
    await this.#call("function (field) { field.focus(); field.select(); }", [element]);
    const actions = [...text].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#inContext("input.performActions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#inContext("browsingContext.setViewport", { viewport: { width, height } });
  }

  async picture(): Promise<Buffer> {
    const { data } = (await this.#inContext("browsingContext.captureScreenshot", {})) as { data: string };
    return Buffer.from(data, "base64");
  }

  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#browser;
    if (exitCode === null && signalCode === null) {
      const gone = once(this.#browser, "exit");
      await this.#ask("browser.close", {}).catch(() => this.#browser.kill());
      await gone;
    }
    this.#socket?.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

const texts = (args: readonly string[]) => args.map((value) => ({ type: "string", value }));

/** A connection; nothing as long as nobody listens. */
async function opened(address: string): Promise<WebSocket | undefined> {
  const socket = new WebSocket(address);
  return await new Promise((resolve) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}
