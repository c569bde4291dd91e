import { join } from "node:path";
import { fetched, windows } from "./npm.ts";

/** The program of another major version of Node: the newest there is when it is first asked for. */
export function otherNode(major: number): Promise<string> {
  const name = `node-${windows ? "win" : process.platform}-${process.arch}`;
  return fetched(name, String(major), join("bin", windows ? "node.exe" : "node"), "node");
}
