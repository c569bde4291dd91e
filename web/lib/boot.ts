import "./theme.css";
import { type Component, mount, unmount } from "svelte";
import type { AppName } from "../../contracts/common.ts";
import { NetworkError } from "./api.ts";
import { appContext, createApp } from "./app.svelte.ts";
import { loadConfig } from "./config.ts";
import Root from "./Root.svelte";
import StatusMessage from "./StatusMessage.svelte";
import { common, errors } from "./strings/common.ts";

/** Starts an app on its page: reads the site's settings, then shows the component, which finds the app with `useApp()`. */
export async function boot(component: Component, name: AppName): Promise<void> {
  const target = document.getElementById("app");
  if (target === null) throw new Error("the page has no element #app");
  try {
    const app = createApp(name, await loadConfig(location.href));
    // What stood there while the script was on its way.
    target.replaceChildren();
    mount(Root, { target, props: { App: component }, context: new Map([[appContext, app]]) });
  } catch (error) {
    console.error(error);
    target.replaceChildren();
    const shown = mount(StatusMessage, {
      target,
      props: {
        tone: "error",
        title: error instanceof NetworkError ? errors.network : common.notConfigured,
        ...(error instanceof NetworkError ? {} : { text: common.notConfiguredHint }),
        action: common.tryAgain,
        onAction: () => {
          void unmount(shown);
          void boot(component, name);
        },
      },
    });
  }
}
