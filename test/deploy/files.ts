import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../tools/stand-options.ts";

export const read = (path: string) => readFileSync(join(root, path), "utf8");
export const json = (path: string) => JSON.parse(read(path));

export interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
export interface Job {
  uses?: string;
  needs?: string;
  if?: string;
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  steps?: Step[];
}
export interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

/** The workflows by their paths. */
export const workflows: [path: string, workflow: Workflow][] = globSync(".github/workflows/*", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .sort()
  .map((path) => [path, parse(read(path)) as Workflow]);

export const workflow = (name: string): Workflow => {
  const found = workflows.find(([path]) => path.endsWith(`/${name}`))?.[1];
  if (found === undefined) throw new Error(`There is no workflow ${name}.`);
  return found;
};

/** The names of what starts a workflow, in any of the three forms that GitHub takes. */
export const triggersOf = ({ on }: { on: string | string[] | Record<string, unknown> }): string[] =>
  typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);

export const stepsOf = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap(({ steps }) => steps ?? []);
