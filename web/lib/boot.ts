import "./theme.css";
import { type Component, mount, unmount } from "svelte";
import type { AppName } from "../../contracts/common.ts";
import { NetworkError } from "./api.ts";
import { appContext, createApp } from "./app.svelte.ts";
import { type ChooseStore, loadConfig } from "./config.ts";
import Root from "./Root.svelte";
import { renewWhenBroken } from "./renew.ts";
import StatusMessage from "./StatusMessage.svelte";
import { beginSpeech } from "./speaking.ts";
import { common, errors } from "./strings/common.ts";

/** Shown when no texts could be loaded: in English, as part of the script. A browser may cache a failed load, so the page is reloaded. */
const noTexts = { title: "No connection. Check your network and try again.", action: "Try again" };

/** Calls `back` once `look` succeeds, without user action; for unattended screens (`staff/when-back.ts`). Returns a function that ends it. */
type WhenBack = (look: () => Promise<unknown>, back: () => void) => () => void;

renewWhenBroken();

/**
 * Starts an app: reads the site's settings, then mounts the component, which gets the app with `useApp()`. If the site does not respond, it shows
 * that with a button to try again; with `whenBack` it also starts by itself once the site responds.
 */
export async function boot(
  component: Component,
  name: AppName,
  choose?: ChooseStore,
  whenBack?: WhenBack,
): Promise<void> {
  // An app listens for clicks where it is mounted. Screen readers call everything inside an element with a click listener clickable, so it is mounted
  // on the document.
  const anchor = new Text();
  const words = beginSpeech(location.href);
  const settings = () => loadConfig(location.href, choose);
  let loaded = false;
  try {
    const [config] = await Promise.all([settings(), words]);
    loaded = true;
    const app = createApp(name, config);
    // Replaces what was shown while the script was loading.
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
    // An error of the app itself would occur again.
    if (!loaded) end = whenBack?.(settings, begin);
  }
}
