import type { Ports } from "../index.ts";
import { type Resources, systemTopicsOf, topicsOf } from "../resources.ts";
import { singlePorts, UsageError } from "./options.ts";

const highest = 65_535;

/**
 * The port of each part: those that were named one by one, the others after that of the functions.
 * @throws UsageError when two parts would have the same one, or one would have none that there is
 */
export function portsOf(functions: number, named: Ports, resources: Resources): Ports {
  const after = (by: number) => functions + by;
  const ports = {
    ...{ functions, webPubSub: after(1), sms: after(2), control: after(3), cosmos: after(4), eventGrid: after(5) },
    ...named,
  };
  const optionOf = Object.fromEntries(Object.entries(singlePorts).map(([option, part]) => [part, `--${option}`]));
  const topics = Math.max(topicsOf(resources).length, 1) + systemTopicsOf(resources).length;
  const wanted = Object.entries(ports).flatMap(([part, port]) => {
    const by = part in named ? `${optionOf[part]} ${port}` : part === "functions" ? `--port ${port}` : "";
    const what = by || `${optionOf[part]}, which is ${port} by default`;
    const more = part === "eventGrid" ? Array.from({ length: topics - 1 }, (_, at) => port + at + 1) : [];
    return [{ port, what }, ...more.map((next) => ({ port: next, what: `a further topic after ${what}` }))];
  });
  const takenBy = new Map<number, string>();
  for (const { port, what } of wanted) {
    if (port > highest) throw new UsageError(`Port ${port} is too high, for ${what}; the highest port is ${highest}.`);
    const other = takenBy.get(port);
    if (other !== undefined)
      throw new UsageError(`Port ${port} is used twice: by ${other}, and by ${what}. Give them different ports.`);
    takenBy.set(port, what);
  }
  return ports;
}
