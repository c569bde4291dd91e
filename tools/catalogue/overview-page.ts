import { type EventType, eventTypes } from "../../contracts/events.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { whoMay } from "../contracts/openapi.ts";
import { operations } from "../contracts/routes.ts";
import { documents } from "../contracts/schemas.ts";
import { apiOf } from "../extensions/operations.ts";
import { dataOf, linkTo as event } from "./events-page.ts";
import { publisher, screensOf, subscribers, tellerOf } from "./hearers.ts";

import { code, generatedNote, listed, table } from "./markdown.ts";
import { linkTo as operation } from "./operation.ts";

/** The first page: the map, and the contents with links. */
export async function overviewPage(): Promise<string> {
  const ofExtensions = (await Promise.all(extensionsIn().map(apiOf))).flatMap((api) => api.operations);
  return `${[
    "# The catalogue",
    generatedNote,
    "Everything that crosses a boundary: [events](events.md), [the HTTP API](http.md), and [the documents that admins edit](documents.md).",
    "## Publishers and consumers",
    "![A line for each event, from the service that publishes it to the functions and screens that receive it; the table below says the same](map.svg)",
    table(
      ["function", "what it does with events", "gets replays"],
      subscribers().map(({ name, does, hearsAgain }) => [code(name), `It ${does}.`, hearsAgain ? "yes" : "no"]),
    ),
    "Events can be [replayed](../events.md#replay-a-period) only to those with a yes.",
    "## Events",
    table(
      ["event", "what it means", "published by", "received by"],
      eventTypes.map((type) => [event(type), meaning(type), tellerOf(type), hearers(type)]),
    ),
    "## The HTTP API",
    table(
      ["", "what it does", "who may"],
      [...operations, ...ofExtensions].map((each) => [
        operation(each),
        each.summary,
        whoMay[each.access].replace(/\.$/, ""),
      ]),
    ),
    "## The documents that admins edit",
    Object.keys(documents)
      .map((kind) => `- [${kind}](documents.md#${kind})`)
      .join("\n"),
  ].join("\n\n")}\n`;
}

const meaning = (type: EventType) => String(dataOf(type).title ?? "");

function hearers(type: EventType): string {
  const functions = subscribers().filter((each) => each.hears(type) && each.name !== publisher);
  const screens = screensOf(type);
  return [...functions.map(({ name }) => code(name)), screens.length > 0 ? listed(screens) : code(publisher)].join(
    "; ",
  );
}
