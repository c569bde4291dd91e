// Shows the messages, grouped by the number they went to, and keeps them fresh.

const threads = document.querySelector("#threads");
const state = document.querySelector("#state");

const source = new EventSource("/api/messages/live");
source.onmessage = refresh;
source.onopen = () => show("Live", true);
source.onerror = () => show("Not connected, trying again …", false);

function show(text, live) {
  state.textContent = text;
  state.classList.toggle("live", live);
}

async function refresh() {
  const answer = await fetch("/api/messages");
  render(await answer.json());
}

/** Newest first, so the number that was written to last comes first. */
function render(messages) {
  const byNumber = Map.groupBy(messages, ({ to }) => to);
  const cards = [...byNumber].map(([number, sent]) =>
    element("section", { className: "thread" }, [
      element("h2", { textContent: number }),
      ...sent.map((message, index) => messageRow(message, index > 0)),
    ]),
  );
  const empty = element("p", {
    className: "empty",
    textContent: "No messages yet. They appear here as they are sent.",
  });
  threads.replaceChildren(...(cards.length > 0 ? cards : [empty]));
}

function messageRow({ message, from, sentAt }, older) {
  const code = /\b\d{4,8}\b/.exec(message)?.[0];
  const time = new Date(sentAt);
  return element("article", { className: older ? "message older" : "message" }, [
    element("p", { className: "text", textContent: message }),
    code === undefined ? element("span") : codeButton(code),
    element("p", { className: "meta" }, [
      element("time", {
        dateTime: sentAt,
        textContent: time.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" }),
      }),
      element("span", { className: "from", textContent: `from ${from}` }),
    ]),
  ]);
}

function codeButton(code) {
  const hint = element("small", { textContent: "copy" });
  const button = element("button", { className: "code", type: "button", title: "Copy the code" }, [code, hint]);
  button.onclick = async () => {
    hint.textContent = (await copy(code, button)) ? "copied" : "select it and copy";
    setTimeout(() => {
      hint.textContent = "copy";
    }, 1500);
  };
  return button;
}

/** The clipboard is there only on this machine or over https; elsewhere the code is selected for copying by hand. */
async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.firstChild);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return false;
  }
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
