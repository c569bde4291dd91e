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
  const answer = await fetch("/api/threads");
  render(await answer.json());
}

/** The phone that was written to last comes first, and in each the newest message. What is being written stays. */
function render(all) {
  const forms = new Map([...threads.querySelectorAll("form")].map((form) => [form.dataset.phone, form]));
  const cards = all.map(({ phone, senders, messages }) => {
    const newest = messages.findIndex(({ own }) => !own);
    return element("section", { className: "thread" }, [
      element("h2", { textContent: phone }),
      ...(senders.length > 0 ? [replyForm(forms.get(phone), phone, senders)] : []),
      ...messages.map((message, index) => messageRow(message, index > newest)),
    ]);
  });
  const empty = element("p", {
    className: "empty",
    textContent: "No messages yet. They appear here as they are sent.",
  });
  const focused = document.activeElement;
  threads.replaceChildren(...(cards.length > 0 ? cards : [empty]));
  if (threads.contains(focused)) focused.focus();
}

function messageRow({ message, sender, at, own }, older) {
  const code = own ? undefined : /\b\d{4,8}\b/.exec(message)?.[0];
  const time = new Date(at);
  return element("article", { className: `message${older ? " older" : ""}${own ? " own" : ""}` }, [
    element("p", { className: "text", textContent: message }),
    code === undefined ? element("span") : codeButton(code),
    element("p", { className: "meta" }, [
      element("time", {
        dateTime: at,
        textContent: time.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" }),
      }),
      element("span", { className: "from", textContent: own ? `reply to ${sender}` : `from ${sender}` }),
    ]),
  ]);
}

/** Answers as the owner of the phone; the form that is there already is kept with what stands in it. */
function replyForm(before, phone, senders) {
  const form = before ?? newReplyForm(phone);
  const select = form.elements.namedItem("to");
  const chosen = select.value;
  select.replaceChildren(...senders.map((value) => element("option", { value, textContent: `to ${value}` })));
  if (senders.includes(chosen)) select.value = chosen;
  select.hidden = senders.length === 1;
  return form;
}

function newReplyForm(phone) {
  const select = element("select", { name: "to" });
  select.setAttribute("aria-label", `Whom ${phone} answers`);
  const input = element("input", {
    name: "message",
    required: true,
    autocomplete: "off",
    placeholder: "Reply, or STOP",
  });
  input.setAttribute("aria-label", `Reply as ${phone}`);
  const problem = element("p", { className: "problem", hidden: true });
  problem.setAttribute("role", "alert");
  const form = element("form", {}, [select, input, element("button", { textContent: "Send" }), problem]);
  form.dataset.phone = phone;
  form.onsubmit = async (submitted) => {
    submitted.preventDefault();
    const body = JSON.stringify({ from: phone, to: select.value, message: input.value });
    const answer = await fetch("/api/replies", { method: "POST", body });
    problem.hidden = answer.ok;
    if (answer.ok) input.value = "";
    else problem.textContent = (await answer.json()).error.message;
  };
  return form;
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
