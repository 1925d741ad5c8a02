// Faults and fixed answers.

import { $, act, api, el, keyed, say } from "./dom.js";
import { bytes, plural } from "./words.js";

const presets = [
  ["Unavailable", "every call is answered with 503", { do: { answer: "unavailable" } }],
  ["Too many requests", "every call is answered with 429", { do: { answer: "too-many-requests" } }],
  ["Slow", "every call takes 2 seconds longer", { do: { delay: "2s" } }],
  ["Broken connections", "the connection breaks after every call", { do: { reset: "after" } }],
];
const plain = (fault) => JSON.stringify([fault.operation ?? "", fault.when ?? {}, fault.do]);

/** words says in words what a fault does. */
function words(fault) {
  const does = fault.do, when = fault.when ?? {};
  const what = [does.answer, does.status && `status ${does.status}`, does.delay && `${does.delay} later`, does.reset && `connection broken ${{ before: "before the call", "mid-body": "amid the body", after: "after the call" }[does.reset]}`,
    does.cut && "answer cut off", does.disconnect, does.stall && "stream stalls", does.set && "answer changed", does.remove && "fields missing"];
  const how = [when.nth && `call ${when.nth}`, when.every && `one call in ${when.every}`, when.probability && `${when.probability * 100} % of calls`,
    when.times && (when.times === 1 ? "once" : `${when.times} times at most`), when.content_type, when.after_bytes && `after ${bytes(when.after_bytes)}`];
  return [what.filter(Boolean).join(", ") || "nothing", fault.operation || "every operation", ...how.filter(Boolean)].join(" · ");
}

export function showFaults(faults) {
  const preset = new Map(presets.map(([, , fault]) => [plain(fault), null]));
  const others = faults.filter((fault) => {
    const isPreset = preset.has(plain(fault));
    if (isPreset) preset.set(plain(fault), fault);
    return !isPreset;
  });
  presets.forEach(([name, , fault], i) => {
    const on = preset.get(plain(fault));
    const input = $("switches").children[i].querySelector("input");
    input.checked = Boolean(on);
    input.dataset.id = on?.id ?? "";
    $("switches").children[i].querySelector(".worked").textContent = on ? ` · ${plural(on.worked, "time")}` : "";
    input.setAttribute("aria-label", name);
  });
  keyed($("rules-on"), others.map((fault) => ({
    key: fault.id, version: JSON.stringify(fault), make: () => el("li", { class: "row" },
      el("div", {}, words(fault), el("span", { class: "quiet" }, ` · ${plural(fault.worked, "time")}${fault.when?.times && fault.worked >= fault.when.times ? ", over" : ""}`)),
      el("button", { type: "button", "aria-label": `End the fault: ${words(fault)}`, click: () => act("The fault is off.", () => api("DELETE", "/faults/" + fault.id)) }, "End")),
  })));
}

export function showStubs(stubs) {
  $("stubs-on").hidden = stubs.length === 0;
  keyed($("stubs"), stubs.map((stub) => ({
    key: stub.operation, version: JSON.stringify(stub), make: () => el("li", { class: "row" },
      el("div", {}, stub.operation, el("span", { class: "quiet" }, ` · ${stub.status}${stub.times ? ` · ${plural(stub.times, "time")} more` : ""}`)),
      el("button", { type: "button", "aria-label": `End the fixed answer to ${stub.operation}`, click: () => act("The sandbox answers itself again.", () => api("DELETE", "/stubs/" + stub.operation)) }, "End")),
  })));
}

for (const [name, about, fault] of presets) {
  const input = el("input", { type: "checkbox", role: "switch", "aria-label": name });
  input.addEventListener("change", () => act(`${name} is ${input.checked ? "on" : "off"}.`,
    () => input.checked ? api("POST", "/faults", fault) : api("DELETE", "/faults/" + input.dataset.id)));
  $("switches").append(el("li", {}, el("label", { class: "switch" }, input, el("span", {}, name, el("span", { class: "quiet" }, about, el("span", { class: "worked" }))))));
}
$("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.elements;
  const fault = { operation: form.operation.value.trim() || undefined, when: JSON.parse(form.when.value), do: JSON.parse(form.what.value) };
  act("The fault is on.", () => api("POST", "/faults", fault));
});
$("fault").elements.what.append(
  el("optgroup", { label: "Instead of the call" }, el("option", { value: JSON.stringify({ reset: "before" }) }, "connection broken before it"), el("option", { value: JSON.stringify({ reset: "mid-body" }) }, "connection broken amid the body")),
  el("optgroup", { label: "After the call" }, el("option", { value: JSON.stringify({ reset: "after" }) }, "connection broken, no answer"), el("option", { value: JSON.stringify({ cut: true }) }, "half of the answer")),
  el("optgroup", { label: "Time" }, ["500ms", "2s", "10s"].map((delay) => el("option", { value: JSON.stringify({ delay }) }, `${delay} later`))));

try {
  const [answers, operations] = await Promise.all([api("GET", "/faults/answers"), api("GET", "/operations")]);
  $("fault").elements.what.prepend(el("optgroup", { label: "An answer of the API" }, answers.map((answer) => el("option", { value: JSON.stringify({ answer }) }, answer))));
  $("fault").elements.what.selectedIndex = 0;
  $("operations").append(...operations.map((one) => el("option", { value: one.operation })));
} catch (err) {
  say(err.message, true);
}
