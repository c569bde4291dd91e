import { say } from "../say.ts";
import { monotonic } from "./cycles.ts";
import { fromPeers } from "./packages.ts";

/**
 * The workflow with Restate's SDK: a durable promise, resolved by another handler, then a step. Its port is the first argument; it prints lines of
 * JSON.
 */
interface Context {
  key: string;
  promise<T>(name: string): PromiseLike<T> & { resolve(value: T): Promise<void> };
  run<T>(name: string, step: () => T): Promise<T>;
}
interface Sdk {
  workflow(definition: object): unknown;
  serve(options: { services: unknown[]; port: number }): Promise<number>;
}
const sdk: Sdk = fromPeers("@restatedev/restate-sdk");

const cycle = sdk.workflow({
  name: "cycle",
  handlers: {
    async run(context: Context) {
      await context.promise("wake");
      await context.run("mark", () => {
        const at = monotonic();
        say({ marked: context.key, at });
        return at;
      });
      say({ ended: context.key });
    },
    async wake(context: Context, event: object) {
      await context.promise<object>("wake").resolve(event);
    },
  },
});
await sdk.serve({ services: [cycle], port: Number(process.argv[2]) });
say({ ready: true });
// The bench has ended, or was killed.
process.stdin.on("end", () => process.exit(0)).resume();
