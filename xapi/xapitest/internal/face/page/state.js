// The clock, uploads, streams and webhooks.

import { $, el, keyed } from "./dom.js";
import { showFaults, showStubs } from "./faults.js";
import { bytes, moment, plural, setClock, tick } from "./words.js";

function upload(u) {
  const part = u.total_bytes > 0 ? u.size / u.total_bytes : 0;
  const label = `Upload ${u.id}`;
  const about = [bytes(Math.max(u.size, 0)) + (u.total_bytes > u.size ? ` of ${bytes(u.total_bytes)}` : ""), plural(u.segments, "segment"), u.media_category || u.media_type];
  const processing = u.finalized && ["pending", "in_progress"].includes(u.state);
  return el("li", {},
    el("div", { class: "row" }, el("div", {}, el("code", {}, u.id), " ", el("span", { class: "quiet" }, u.media_type)), u.content ? el("a", { href: u.content, target: "_blank", rel: "noopener", "aria-label": `Open ${label.toLowerCase()}` }, "Open") : null),
    !u.finalized ? el("progress", { max: 1, value: part, "aria-label": `${label}, bytes that have arrived` }, `${Math.round(100 * part)} %`) : null,
    processing ? el("progress", { max: 100, value: u.progress_percent, "aria-label": `${label}, processing` }) : null,
    el("p", { class: "quiet" }, [...about, u.finalized ? u.state.replace("_", " ") : "uploading"].join(" · ")),
    u.alt_text ? el("p", { class: "quiet" }, `Alt: ${u.alt_text}`) : null,
    u.warnings ? el("p", { class: "quiet" }, `Content warning: ${u.warnings.join(", ")}`) : null,
    u.error ? el("p", { class: "bad" }, u.error.message || u.error.name) : null);
}

/** delivery is a try to bring something to a webhook. */
function delivery(one) {
  const kinds = Object.keys(one.body?.data ? { [one.body.data.event_type ?? "post"]: 1 } : one.body ?? {}).filter((name) => name !== "for_user_id");
  const status = el("span", { class: one.status === 200 ? "quiet" : "bad" }, one.status ? String(one.status) : one.error);
  return el("li", {}, el("code", {}, kinds.join(", ")), el("span", { class: "quiet" }, ` · try ${one.try} · `, moment(one.at), " · "), status);
}

function rows(list, all, none, make) {
  keyed($(list), all.length ? all.map((one) => ({ key: one.id, version: JSON.stringify(one), make: () => make(one) }))
    : [{ key: "none", version: "", make: () => el("li", { class: "empty" }, none) }]);
}

let processing = false;

/** isProcessing says whether something goes on by itself, without a request. */
export const isProcessing = () => processing;

export function showState(state) {
  setClock(state.clock);
  $("freeze").setAttribute("aria-pressed", String(state.clock.frozen));
  tick();
  $("spec").textContent = `X API ${state.spec}`;
  $("try").textContent = `curl -H "Authorization: Bearer ${state.token}" ${state.url}/2/users/me`;
  $("counts").textContent = [plural(state.counts.posts, "post"), plural(state.counts.users, "user"), plural(state.counts.uploads, "upload"), plural(state.counts.requests, "request")].join(" · ");
  showFaults(state.faults);
  showStubs(state.stubs);
  const shown = state.uploads.slice(0, 30);
  keyed($("upload-list"), shown.map((u) => ({ key: u.id, version: JSON.stringify(u), make: () => upload(u) })));
  $("no-uploads").hidden = shown.length > 0;
  processing = shown.some((u) => u.finalized && ["pending", "in_progress"].includes(u.state));
  rows("stream-list", state.streams, "No stream is open.", (stream) => el("li", {}, el("code", {}, stream.operation), el("div", { class: "quiet" }, stream.path, " · since ", moment(stream.connected_at))));
  rows("rule-list", state.rules, "There are no rules.", (rule) => el("li", {}, el("code", {}, rule.value), rule.tag ? el("span", { class: "quiet" }, ` · ${rule.tag}`) : null));
  rows("webhook-list", state.webhooks, "There are no webhooks.", (hook) => el("li", {}, el("code", {}, hook.url), el("span", { class: hook.valid ? "quiet" : "bad" }, hook.valid ? " · valid" : " · not valid")));
  keyed($("delivery-list"), state.deliveries.toReversed().map((one, i) => ({ key: `${one.at} ${one.try} ${i}`, version: "", make: () => delivery(one) })));
}
