import { build, type InlineConfig, mergeConfig } from "vite";
import config from "../../web/vite.config.ts";

/** Builds the web apps as they deploy, into a folder: the test runner's own `NODE_ENV` would build what developers get, which is larger and keeps more. */
export async function buildAsDeployed(outDir: string, more: InlineConfig = {}): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    const deployed: InlineConfig = { mode: "production", configFile: false, logLevel: "error", build: { outDir } };
    await build(mergeConfig(mergeConfig(config, deployed), more));
  } finally {
    process.env.NODE_ENV = NODE_ENV;
  }
}
