import { type ChildProcess, spawn } from "node:child_process";
import { type Driver, type Element, until } from "./driver.ts";

/** A driver's process and the one session that it has: the part of W3C WebDriver that is used here. */
export class WebDriver implements Driver {
  readonly #driver: ChildProcess;
  readonly #base: string;
  #session = "";
  /** Of the browser, as it says. */
  version = "";

  private constructor(driver: ChildProcess, base: string) {
    this.#driver = driver;
    this.#base = base;
  }

  /** Starts a driver, and a browser by it. @throws Error that says what the driver answered */
  static async start(
    program: string,
    { argv, port, capabilities, env }: { argv: string[]; port: number; capabilities: object; env: NodeJS.ProcessEnv },
  ): Promise<WebDriver> {
    const process = spawn(program, argv, { env, stdio: "ignore" });
    const driver = new WebDriver(process, `http://127.0.0.1:${port}`);
    try {
      await until(`${program}`, () => driver.#ask("GET", "/status").catch(() => undefined));
      const made = (await driver.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } })) as {
        sessionId: string;
        capabilities: { browserVersion?: string };
      };
      driver.#session = `/session/${made.sessionId}`;
      driver.version = made.capabilities.browserVersion ?? "";
      return driver;
    } catch (error) {
      process.kill();
      throw error;
    }
  }

  async #ask(method: "GET" | "POST" | "DELETE", path: string, body: object = {}): Promise<unknown> {
    const reply = await fetch(this.#base + path, {
      method,
      ...(method === "POST" && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const { value } = (await reply.json()) as { value: { error?: string; message?: string } | null };
    if (!reply.ok) throw new Error(`${method} ${path}: ${value?.error ?? reply.status} ${value?.message ?? ""}`);
    return value;
  }

  /** A command of the session: `/url`. */
  #command(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
    return this.#ask(method, this.#session + path, body);
  }

  async go(url: string): Promise<void> {
    await this.#command("POST", "/url", { url });
  }

  async back(): Promise<void> {
    await this.#command("POST", "/back");
  }

  async reload(): Promise<void> {
    await this.#command("POST", "/refresh");
  }

  evaluate<T>(expression: string, ...args: string[]): Promise<T> {
    return this.#command("POST", "/execute/sync", { script: `return ${expression}`, args }) as Promise<T>;
  }

  find(expression: string, ...args: string[]): Promise<Element | null> {
    return this.evaluate(expression, ...args);
  }

  async click(element: Element): Promise<void> {
    await this.#command("POST", `/element/${Object.values(element)[0]}/click`);
  }

  async type(element: Element, text: string): Promise<void> {
    const [id] = Object.values(element);
    await this.#command("POST", `/element/${id}/clear`);
    await this.#command("POST", `/element/${id}/value`, { text });
  }

  async resize(width: number, height: number): Promise<void> {
    let [more, higher] = [0, 0];
    await until(`a page of ${width} × ${height}`, async () => {
      await this.#command("POST", "/window/rect", { width: width + more, height: height + higher });
      const [inner = 0, tall = 0] = await this.evaluate<number[]>("[innerWidth, innerHeight]");
      if (inner === width && tall === height) return true;
      [more, higher] = [more + width - inner, higher + height - tall];
      return false;
    });
  }

  async picture(): Promise<Buffer> {
    return Buffer.from(String(await this.#command("GET", "/screenshot")), "base64");
  }

  async end(): Promise<void> {
    await this.#command("DELETE", "").catch(() => undefined);
    const gone = new Promise((resolve) => this.#driver.once("exit", resolve));
    if (this.#driver.exitCode === null && this.#driver.kill()) await gone;
  }
}
