import { expect, test } from "vitest";
import { servicePorts } from "../../tools/ports.ts";
import { startOptions } from "../../tools/start-options.ts";
import { json, read } from "./files.ts";

const container = json(".devcontainer/devcontainer.json");

test("the dev container brings what the project asks for: Node, .NET for the Bicep compiler, azd", () => {
  const features = Object.keys(container.features).map((name) => name.replace(/:.*/, ""));
  expect(features.map((name) => name.split("/").at(-1)).sort()).toEqual(["azd", "dotnet", "node"]);
  // A tag that moves with every release would make two people's containers differ.
  for (const name of Object.keys(container.features)) expect(name).toMatch(/:\d+$/);
});

test("images of Node set NODE_VERSION, so no parameter of ours has that name", () => {
  expect(read("infra/core/main.parameters.json")).not.toContain("${NODE_VERSION");
});

test("it forwards the ports that `npm start` takes", () => {
  const { port } = startOptions([]);
  const ports = [port, ...Object.values(servicePorts(port))];
  expect(container.forwardPorts).toEqual(ports);
  expect(Object.keys(container.portsAttributes).map(Number)).toEqual(ports);
});

test("it installs as everyone does", () => {
  expect(container.postCreateCommand).toBe("npm ci");
});
