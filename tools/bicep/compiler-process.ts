import { type ChildProcess, spawn } from "node:child_process";
import { createMessageConnection, type MessageConnection, RequestType } from "vscode-jsonrpc/node";
import { type Profile, snapshotMetadata } from "./profiles.ts";

/** A diagnostic of the compiler or its linter. */
export interface Diagnostic {
  source: string;
  level: string;
  code: string;
  message: string;
}

export interface Compiled {
  success: boolean;
  diagnostics: Diagnostic[];
  /** The template, as JSON; missing if compilation failed. */
  contents?: string;
}

const compile = new RequestType<{ path: string }, Compiled, void>("bicep/compile");
const format = new RequestType<{ path: string }, { contents: string }, void>("bicep/format");
const snapshot = new RequestType<object, { snapshot: string }, void>("bicep/getSnapshot");

/** A running Bicep compiler that answers many requests: starting it costs more than all of them. (`bicep jsonrpc`) */
export class CompilerProcess {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;

  /** `path`: the compiler's path from `findCompiler`. */
  constructor(path: string) {
    this.#child = spawn(path, ["jsonrpc", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout, stdin } = this.#child;
    if (stdout === null || stdin === null) throw new Error("The compiler was started without pipes.");
    this.#connection = createMessageConnection(stdout, stdin);
    // Pending requests are rejected if the compiler cannot be started, or ends.
    this.#child.on("error", () => this.#connection.dispose());
    this.#child.on("exit", () => this.#connection.dispose());
    this.#connection.listen();
  }

  /** Compiles a file, and lints it. */
  compile(path: string): Promise<Compiled> {
    return this.#connection.sendRequest(compile, { path });
  }

  /** The text of a file as the compiler formats it. */
  async format(path: string): Promise<string> {
    return (await this.#connection.sendRequest(format, { path })).contents;
  }

  /** The resources that a profile would create, according to the compiler. */
  async snapshot(profile: Profile): Promise<{ outputs?: Record<string, unknown> }> {
    const answer = await this.#connection.sendRequest(snapshot, {
      path: profile.path,
      metadata: snapshotMetadata(profile),
      externalInputs: [],
    });
    return JSON.parse(answer.snapshot);
  }

  /** Ends the compiler. Pending requests are rejected. */
  end(): void {
    this.#connection.dispose();
    this.#child.kill();
  }
}
