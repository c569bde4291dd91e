import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A window as narrow as a phone: what GTK puts around a page would be wider than that. */
const narrow = `* { min-width: 0; padding: 0; margin: 0; border-width: 0; }\n`;

/** A screen that nobody sees, and the environment in which a browser draws on it: without a graphics card, and with settings of its own. */
export async function playScreen(): Promise<{ env: NodeJS.ProcessEnv; end(): Promise<void> }> {
  const config = mkdtempSync(join(tmpdir(), "crema-browsers-"));
  mkdirSync(join(config, "gtk-3.0"));
  writeFileSync(join(config, "gtk-3.0", "gtk.css"), narrow);
  // It takes a number that is free, and tells which.
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "2000x2000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const told = server.stdio[3] as Readable;
  const number = String((await once(told, "data"))[0]).trim();
  return {
    env: { ...process.env, DISPLAY: `:${number}`, XDG_CONFIG_HOME: config, LIBGL_ALWAYS_SOFTWARE: "1" },
    end: async () => {
      const gone = once(server, "exit");
      if (server.kill()) await gone;
      rmSync(config, { recursive: true, force: true });
    },
  };
}
