import "./theme.css";
import { type Component, mount, unmount } from "svelte";
import type { AppName } from "../../contracts/common.ts";
import { NetworkError } from "./api.ts";
import { appContext, createApp } from "./app.svelte.ts";
import { type ChooseStore, loadConfig } from "./config.ts";
import Root from "./Root.svelte";
import StatusMessage from "./StatusMessage.svelte";
import { beginSpeech } from "./speaking.ts";
import { common, errors } from "./strings/common.ts";

/** What is said when no text could be loaded: in English, which travels with the script. A browser may keep a failed load, so the page begins anew. */
const noTexts = { title: "No connection. Check your network and try again.", action: "Try again" };

/** Starts an app on its page: reads the site's settings, then shows the component, which finds the app with `useApp()`. */
export async function boot(component: Component, name: AppName, choose?: ChooseStore): Promise<void> {
  const target = document.getElementById("app");
  if (target === null) throw new Error("the page has no element #app");
  const words = beginSpeech(location.href);
  try {
    const [config] = await Promise.all([loadConfig(location.href, choose), words]);
    const app = createApp(name, config);
    // What stood there while the script was on its way.
    target.replaceChildren();
    mount(Root, { target, props: { App: component }, context: new Map([[appContext, app]]) });
  } catch (error) {
    console.error(error);
    const spoken = await words.then(
      () => true,
      () => false,
    );
    const main = document.createElement("main");
    target.replaceChildren(main);
    if (!spoken) {
      mount(StatusMessage, { target: main, props: { ...noTexts, tone: "error", onAction: () => location.reload() } });
      return;
    }
    const shown = mount(StatusMessage, {
      target: main,
      props: {
        tone: "error",
        title: error instanceof NetworkError ? errors.network : common.notConfigured,
        ...(error instanceof NetworkError ? {} : { text: common.notConfiguredHint }),
        action: common.tryAgain,
        onAction: () => {
          void unmount(shown);
          void boot(component, name, choose);
        },
      },
    });
  }
}
