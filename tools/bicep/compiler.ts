import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const project = join(import.meta.dirname, "bicep.csproj");

/** The path of the compiler, or why there is none. */
export type Compiler = { path: string } | { missing: string };

/**
 * Finds the Bicep compiler: the version that `bicep.csproj` pins, restored with the .NET SDK into `.cache/bicep` (kept between runs), or
 * else one on the path.
 */
export function findCompiler(): Compiler {
  const restored = restoredPath();
  if (restored !== undefined && existsSync(restored)) return { path: restored };
  const reason = restored === undefined ? `there is no package of it for ${platform()}` : restore(restored);
  if (reason === undefined && restored !== undefined) return { path: restored };
  if (runs("bicep")) return { path: "bicep" };
  return { missing: `No Bicep compiler: ${reason}; and there is no \`bicep\` on the path.` };
}

function restoredPath(): string | undefined {
  const name = platform();
  if (!["linux-x64", "linux-arm64", "osx-x64", "osx-arm64", "win-x64"].includes(name)) return undefined;
  const file = name.startsWith("win") ? "bicep.exe" : "bicep";
  return join(root, ".cache", "bicep", `azure.bicep.commandline.${name}`, pinnedVersion(), "tools", file);
}

/** @returns why it failed, or nothing if the compiler is there now */
function restore(path: string): string | undefined {
  if (!runs("dotnet")) return "there is no .NET SDK (`dotnet`) on the path to restore it with";
  const folder = join(root, ".cache", "bicep");
  const { status, stdout, stderr } = spawnSync(
    "dotnet",
    [
      "restore",
      project,
      "--packages",
      folder,
      `-p:BicepPlatform=${platform()}`,
      // Not beside the project: its folder holds only sources.
      `-p:MSBuildProjectExtensionsPath=${join(folder, "obj")}/`,
    ],
    { encoding: "utf8", env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" } },
  );
  if (status !== 0) return `\`dotnet restore ${project}\` failed:\n${stdout}${stderr}`;
  if (!existsSync(path)) return `\`dotnet restore ${project}\` did not bring ${path}`;
  // A package does not mark its programs as executable.
  chmodSync(path, 0o755);
  return undefined;
}

function pinnedVersion(): string {
  const version = /Version="([\d.]+)"/.exec(readFileSync(project, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${project} names no version of the compiler.`);
  return version;
}

function platform(): string {
  const names: Record<string, string> = { darwin: "osx", win32: "win" };
  return `${names[process.platform] ?? process.platform}-${process.arch}`;
}

const runs = (command: string) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
