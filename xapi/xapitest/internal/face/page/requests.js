// The requests, newest first, as they happen.

import { $, act, api, el, keyed } from "./dom.js";

const seen = new Map();
const mostSeen = 150;

function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

async function open(details, number) {
  if (!details.open || details.dataset.read) return;
  details.dataset.read = "yes";
  const inside = el("div", { class: "inside" });
  try {
    const r = await api("GET", "/requests/" + number);
    const head = Object.entries(r.header).map(([name, value]) => `${name}: ${value}`).join("\n");
    const part = (title, text) => [el("h3", {}, title), el("pre", { tabindex: 0, "aria-label": title }, text)];
    inside.append(...part("Request", `${r.method} ${r.path}\n${head}`),
      ...(r.body === undefined ? [] : part("Body", pretty(r.body))), ...(r.answer === undefined ? [] : part("Answer", pretty(r.answer))),
      el("div", {}, el("button", { type: "button", click: () => act(`Sent request ${number} again.`, () => api("POST", `/requests/${number}/replay`)) }, "Send again")));
  } catch (err) {
    inside.append(err.message);
  }
  details.append(inside);
}

function row(r) {
  const operation = r.operation || "unknown";
  const details = el("details", {},
    el("summary", {},
      el("span", { class: "status", "data-kind": String(r.status)[0] }, r.status ? String(r.status) : "cut"),
      el("span", { class: "path", title: r.path }, el("b", {}, r.method), " ", r.path),
      el("span", { class: "took" }, r.duration_ms < 0.1 ? "< 0.1 ms" : `${r.duration_ms < 10 ? r.duration_ms.toFixed(1) : Math.round(r.duration_ms)} ms`),
      el("span", { class: "operation" }, operation + (r.replay_of ? ` · again, of ${r.replay_of}` : "")),
      el("span", { class: "at" }, new Date(r.at).toLocaleTimeString("en-GB", { timeZone: "UTC" })),
      r.wrong ? el("span", { class: "wrong" }, r.wrong) : null, r.hint ? el("span", { class: "hint" }, el("b", {}, "Hint: "), r.hint) : null));
  details.addEventListener("toggle", () => open(details, r.number));
  return el("li", { value: r.number }, details);
}

export function showRequests() {
  const only = $("failed").checked;
  const newest = [...seen.values()].sort((a, b) => b.number - a.number);
  for (const old of newest.slice(mostSeen)) seen.delete(old.number);
  const rows = newest.slice(0, mostSeen).filter((r) => !only || r.status < 200 || r.status >= 400);
  keyed($("seen"), rows.map((r) => ({ key: r.number, version: "", make: () => row(r) })));
  $("no-requests").hidden = seen.size > 0;
  $("request-count").textContent = newest.length ? newest[0].number.toLocaleString("en") : "";
}

export async function loadRequests() {
  const { requests } = await api("GET", `/requests?tail=true&limit=${mostSeen}`);
  seen.clear();
  for (const r of requests) seen.set(r.number, r);
  showRequests();
}

let drawing = false;

/** addRequest takes in a request that has just happened. What happens together is drawn together. */
export function addRequest(r) {
  seen.set(r.number, r);
  if (drawing) return;
  drawing = true;
  setTimeout(() => { drawing = false; showRequests(); }, 100);
}
