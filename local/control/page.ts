import { createHash } from "node:crypto";
import { neverFramed } from "../kernel/answers.ts";

interface Status {
  now: string;
  aheadOfMachineMs: number;
  held: boolean;
  speed: number;
  moving: boolean;
  health: { status: string; problem?: string };
  underWay: Record<string, number>;
  records: Record<string, number>;
  addresses: Record<string, string>;
  meters: Record<string, unknown>;
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const rows = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([name, value]) => {
      const text = escapeHtml(typeof value === "string" ? value : JSON.stringify(value));
      return `<tr><th>${escapeHtml(name)}</th><td>${text.startsWith("http") ? `<a href="${text}">${text}</a>` : text}</td></tr>`;
    })
    .join("") || "<tr><td>none</td></tr>";

const style = `
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:24px;background:#fbf6ee;color:#2b1b12}
main{max-width:960px;margin:auto;display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr))}
h1{font-size:24px;margin:0;grid-column:1/-1}h2{font-size:16px;margin:0 0 8px}
.wide{grid-column:1/-1}section{background:#fff;border:1px solid #e9dfd1;border-radius:18px;padding:20px;min-width:0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:3px 12px 3px 0;overflow-wrap:anywhere}
th{font-weight:400;color:#6b5647;white-space:nowrap}a{color:#8a4e14}
button{font:inherit;font-weight:600;border:1px solid #e9dfd1;background:#fff;border-radius:14px;padding:10px 16px;margin:8px 8px 0 0;cursor:pointer;min-height:44px}
button:hover{background:#f7e7d3}time{font-size:22px;font-variant-numeric:tabular-nums}
`;
const script = `
for (const button of document.querySelectorAll("[data-post]")) button.onclick = async () => {
  for (const each of document.querySelectorAll("button")) each.disabled = true;
  const reply = await fetch(button.dataset.post, { method: "POST" });
  if (!reply.ok) alert((await reply.json()).message);
  location.reload();
};
`;
const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Headers of all responses of the control server: no other site may frame, read or script its pages. */
export const pageHeaders: Record<string, string> = {
  ...neverFramed,
  "content-security-policy": `default-src 'none'; script-src ${sha256(script)}; style-src ${sha256(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

const apart = (ms: number) => `${Math.round(Math.abs(ms) / 1000)} s ${ms < 0 ? "behind" : "ahead of"}`;

/** The status as a page for people, with buttons that move the clock. */
export function statusPage(
  status: Status,
  connections: Record<string, string>,
  notes: Record<string, Record<string, string>>,
): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Local Azure</title>
<style>${style}</style>
<main><h1>Local Azure</h1>
<div class="wide"><a href="/">The console</a></div>
${status.health.problem === undefined ? "" : `<section><h2>Unhealthy</h2>${escapeHtml(status.health.problem)}</section>`}
<section><h2>Clock${status.held ? " (held)" : status.speed === 1 ? "" : ` (${status.speed} times as fast)`}</h2><time>${escapeHtml(status.now)}</time>
<div>${apart(status.aheadOfMachineMs)} this machine</div>
<button data-post="/clock/advance?by=1 min">+ 1 min</button><button data-post="/clock/advance?by=5 min">+ 5 min</button><button data-post="/clock/advance?by=15 min">+ 15 min</button>
${status.moving ? '<button data-post="/clock/stop">Stop here</button>' : ""}<button data-post="/clock/${status.held ? "release" : "hold"}">${status.held ? "Let it run" : "Hold"}</button>
${[1, 10, 60]
  .filter((times) => times !== status.speed && !(status.held && times === 1))
  .map((times) => `<button data-post="/clock/speed?times=${times}">${times} ×</button>`)
  .join("")}</section>
<section><h2>Addresses</h2><table>${rows(status.addresses)}</table></section>
${Object.entries(notes)
  .map(([heading, lines]) => `<section><h2>${escapeHtml(heading)}</h2><table>${rows(lines)}</table></section>`)
  .join("\n")}
<section class="wide"><h2>Connection strings and keys, for this machine only</h2><table>${rows(connections)}</table></section>
<section><h2>Under way</h2><table>${rows(status.underWay)}</table></section>
<section><h2>Figures</h2><table>${rows(status.meters)}</table></section>
<section><h2>Records</h2><table>${rows(status.records)}</table></section>
</main>
<script>${script}</script></html>`;
}
