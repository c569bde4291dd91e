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

/** Has `back` called once `look` works, without anybody's doing; of screens that stand alone (`staff/when-back.ts`). Returns what ends it. */
type WhenBack = (look: () => Promise<unknown>, back: () => void) => () => void;

/**
 * Starts an app on its page: reads the site's settings, then shows the component, which finds the app with `useApp()`. Where the site does not answer that is said, with a
 * button to try again; with `whenBack` it also begins by itself once it does.
 */
export async function boot(
  component: Component,
  name: AppName,
  choose?: ChooseStore,
  whenBack?: WhenBack,
): Promise<void> {
  // An app takes its clicks where it is mounted. Of whatever stands in an element that takes them readers say that it is clickable: so it is the document.
  const anchor = new Text();
  const words = beginSpeech(location.href);
  const settings = () => loadConfig(location.href, choose);
  let loaded = false;
  try {
    const [config] = await Promise.all([settings(), words]);
    loaded = true;
    const app = createApp(name, config);
    // What stood there while the script was on its way.
    document.body.replaceChildren(anchor);
    mount(Root, { target: document, anchor, props: { App: component }, context: new Map([[appContext, app]]) });
  } catch (error) {
    console.error(error);
    const spoken = await words.then(
      () => true,
      () => false,
    );
    const main = document.createElement("main");
    main.append(anchor);
    document.body.replaceChildren(main);
    let end: (() => void) | undefined;
    const begin = spoken
      ? () => {
          end?.();
          void unmount(shown);
          void boot(component, name, choose, whenBack);
        }
      : () => location.reload();
    const said =
      error instanceof NetworkError
        ? { title: errors.network }
        : { title: common.notConfigured, text: common.notConfiguredHint };
    const props = spoken ? { ...said, action: common.tryAgain } : noTexts;
    const shown = mount(StatusMessage, {
      target: document,
      anchor,
      props: { ...props, tone: "error", onAction: begin },
    });
    // What is wrong with the app itself is so the next time, too.
    if (!loaded) end = whenBack?.(settings, begin);
  }
}
