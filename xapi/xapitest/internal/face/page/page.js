// The page of the sandbox. Everything that it shows is put in as text: posts are written by others.

const $ = (id) => document.getElementById(id);

/** el makes an element with attributes and children, which are elements or texts. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

async function api(method, path, body) {
  const answer = await fetch("api" + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error ?? `${method} ${path} was answered with ${answer.status}`);
  return value;
}

/** say tells what was done, also to who does not see it. */
let silence;
function say(text, bad = false) {
  clearTimeout(silence);
  silence = setTimeout(() => { $("said").textContent = ""; }, bad ? 20_000 : 10_000);
  $("said").textContent = text;
  $("said").classList.toggle("bad", bad);
}

/** act does something and says so, or says why not. */
async function act(done, work) {
  try {
    await work();
    say(done);
  } catch (err) {
    say(err.message, true);
  }
  refresh();
}

/** keyed puts rows into a list so that those that did not change stay what they are: focus, and videos that play. */
function keyed(list, rows) {
  const there = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let before = null;
  for (const { key, version, make } of rows) {
    let node = there.get(String(key));
    if (!node || node.dataset.version !== version) {
      const made = make();
      made.dataset.key = key;
      made.dataset.version = version;
      if (node) node.replaceWith(made);
      node = made;
    }
    there.delete(String(key));
    if ((before ? before.nextSibling : list.firstChild) !== node) before ? before.after(node) : list.prepend(node);
    before = node;
  }
  for (const node of there.values()) node.remove();
}

// ---- words and numbers

const plural = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

function bytes(n) {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (n >= size) return `${(n / size).toFixed(n < 10 * size ? 1 : 0)} ${unit}`;
  }
  return plural(n, "byte");
}

function hue(text) {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

let clock = { at: Date.now(), now: Date.now(), frozen: false };
const now = () => clock.now + (clock.frozen ? 0 : Date.now() - clock.at);

function ago(text) {
  const seconds = Math.round((now() - Date.parse(text)) / 1000);
  if (seconds < 0) return "later";
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return new Date(text).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
}

function moment(text) {
  return el("time", { datetime: text, title: new Date(text).toUTCString() }, ago(text));
}

function tick() {
  const at = new Date(now());
  $("now").dateTime = at.toISOString();
  $("now").textContent = at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }) + " UTC";
}

// ---- the timeline

function face(user) {
  const shown = el("span", { class: "face", "aria-hidden": "true" }, [...user.name].slice(0, 1).join("").toUpperCase());
  shown.style.background = `hsl(${hue(user.username)} 45% 32%)`;
  return shown;
}

function who(post) {
  const user = post.author;
  return el("div", { class: "who" }, face(user), el("div", {},
    el("span", { class: "name" }, user.name), user.verified_type ? el("span", { class: "quiet", title: user.verified_type }, " ✓ ", el("span", { class: "quiet" }, user.verified_type)) : null,
    el("div", { class: "quiet" }, `@${user.username} · `, moment(post.created_at), user.protected ? " · protected" : null)));
}

function picture(media) {
  const alt = media.alt_text ?? "";
  if (!media.content) {
    const shown = el("div", { class: "made-up", role: "img", "aria-label": alt || "Media without a description" }, media.type === "video" ? `Video, ${Math.round((media.duration_ms ?? 0) / 1000)} s` : "Picture");
    const turn = hue(media.media_key);
    shown.style.background = `linear-gradient(135deg, hsl(${turn} 38% 28%), hsl(${(turn + 50) % 360} 42% 33%))`;
    return shown;
  }
  if (media.type !== "photo" && media.media_type.startsWith("video/")) {
    return el("video", { src: media.content, controls: true, preload: "metadata", playsinline: true, loop: media.type === "animated_gif", "aria-label": alt || "Video without a description" });
  }
  return el("img", { src: media.content, alt, loading: "lazy", width: media.width, height: media.height });
}

function attached(media, sensitive) {
  const warnings = media.warnings?.length ? media.warnings : sensitive ? ["sensitive"] : [];
  const frame = el("div", { class: "frame" });
  if (warnings.length) {
    const button = el("button", { type: "button", click: () => { frame.replaceChildren(picture(media)); frame.firstChild.tabIndex = -1; frame.firstChild.focus(); } }, "Show it");
    frame.append(el("div", { class: "covered" }, `Content warning: ${warnings.join(", ")}`, button));
  } else {
    frame.append(picture(media));
  }
  return el("figure", {}, frame, el("figcaption", {}, media.alt_text ? `Alt: ${media.alt_text}` : "No alt text"));
}

function poll(p) {
  const all = p.options.reduce((sum, option) => sum + option.votes, 0);
  return el("div", {}, p.options.map((option) => {
    const share = all ? Math.round(100 * option.votes / all) : 0;
    const bar = el("i", { "aria-hidden": "true" });
    bar.style.width = share + "%";
    return el("div", { class: "option" }, bar, el("span", {}, option.label), el("span", {}, `${share} %`));
  }), el("p", { class: "note" }, `${plural(all, "vote")} · poll ${p.open ? "open" : "closed"}`));
}

function content(post) {
  return [
    el("p", { class: "text", dir: "auto", lang: post.lang }, post.text),
    post.media.length ? el("div", { class: post.media.length > 1 ? "media several" : "media" }, post.media.map((media) => attached(media, post.sensitive))) : null,
    post.poll ? poll(post.poll) : null,
    post.quote ? within(post.quote) : null,
  ];
}

function within(post) {
  if (post.gone) return el("p", { class: "within quiet" }, "This post is gone.");
  return el("div", { class: "within" }, who(post), content(post));
}

function article(post) {
  const shown = post.repost && !post.repost.gone ? post.repost : post;
  const numbers = [[shown.replies, "reply", "replies"], [shown.reposts, "repost"], [shown.quotes, "quote"], [shown.likes, "like"]];
  const marks = [shown.place, shown.hidden && "hidden", shown.versions > 1 && `edited, version ${shown.versions}`].filter(Boolean);
  return el("article", { class: post.made ? "post made" : "post", "aria-label": `Post by ${post.author.name}` },
    shown === post ? null : el("p", { class: "note" }, `↻ ${post.author.name} reposted`),
    shown.reply_to ? el("p", { class: "note" }, shown.reply_to.gone ? "Reply to a post that is gone" : `Reply to @${shown.reply_to.author.username}: ${[...shown.reply_to.text].slice(0, 60).join("")}`) : null,
    who(shown), content(shown),
    marks.length ? el("p", { class: "note" }, marks.join(" · ")) : null,
    el("p", { class: "numbers" }, numbers.map(([n, one, many]) => el("span", {}, plural(n, one, many)))));
}

let posts = 20;

function showTimeline(list) {
  keyed($("posts"), list.map((post) => ({ key: post.id, version: JSON.stringify(post), make: () => article(post) })));
  $("posts").setAttribute("aria-busy", "false");
  $("no-posts").hidden = list.length > 0;
  $("older").hidden = list.length < posts || posts >= 200;
}

// ---- requests

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
      el("span", { class: "at" }, new Date(r.at).toLocaleTimeString("en-GB", { timeZone: "UTC" }))));
  details.addEventListener("toggle", () => open(details, r.number));
  return el("li", { value: r.number }, details,
    r.wrong ? el("p", { class: "wrong" }, r.wrong) : null, r.hint ? el("p", { class: "hint" }, el("b", {}, "Hint: "), r.hint) : null);
}

function showRequests() {
  const only = $("failed").checked;
  const newest = [...seen.values()].sort((a, b) => b.number - a.number);
  for (const old of newest.slice(mostSeen)) seen.delete(old.number);
  const rows = newest.slice(0, mostSeen).filter((r) => !only || r.status < 200 || r.status >= 400);
  keyed($("seen"), rows.map((r) => ({ key: r.number, version: "", make: () => row(r) })));
  $("no-requests").hidden = seen.size > 0;
  $("request-count").textContent = newest.length ? newest[0].number.toLocaleString("en") : "";
}

async function loadRequests() {
  const { requests } = await api("GET", `/requests?tail=true&limit=${mostSeen}`);
  seen.clear();
  for (const r of requests) seen.set(r.number, r);
  showRequests();
}

let drawing = false;
function drawRequests() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => { drawing = false; showRequests(); }, 100);
}

// ---- faults

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

function showFaults(faults) {
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

function showStubs(stubs) {
  $("stubs-on").hidden = stubs.length === 0;
  keyed($("stubs"), stubs.map((stub) => ({
    key: stub.operation, version: JSON.stringify(stub), make: () => el("li", { class: "row" },
      el("div", {}, stub.operation, el("span", { class: "quiet" }, ` · ${stub.status}${stub.times ? ` · ${plural(stub.times, "time")} more` : ""}`)),
      el("button", { type: "button", "aria-label": `End the fixed answer to ${stub.operation}`, click: () => act("The sandbox answers itself again.", () => api("DELETE", "/stubs/" + stub.operation)) }, "End")),
  })));
}

// ---- uploads, streams and the rest

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

function showState(state) {
  clock = { at: Date.now(), now: Date.parse(state.clock.now), frozen: state.clock.frozen };
  $("freeze").setAttribute("aria-pressed", String(clock.frozen));
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

// ---- keeping up

let loading = false, again = false;

/** refresh asks for what there is, once at a time, and once more where something happened meanwhile. */
async function refresh() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    const [state, timeline] = await Promise.all([api("GET", "/state"), api("GET", `/timeline?limit=${posts}&made=${$("made").checked}`)]);
    showState(state);
    showTimeline(timeline.posts);
  } catch {
    $("live").dataset.live = "no"; // the events say when it is there again
  }
  setTimeout(() => { loading = false; if (again) { again = false; refresh(); } }, 250);
}

function follow() {
  const events = new EventSource("api/events");
  events.addEventListener("open", () => {
    $("live").dataset.live = "yes";
    $("live").textContent = "live";
    loadRequests();
    refresh();
  });
  events.addEventListener("error", () => {
    $("live").dataset.live = "no";
    $("live").textContent = "reconnecting";
  });
  events.addEventListener("request", (event) => {
    const r = JSON.parse(event.data);
    seen.set(r.number, r);
    drawRequests();
  });
  events.addEventListener("changed", refresh);
}

// ---- what can be done

for (const button of document.querySelectorAll("[data-advance]")) {
  const by = button.dataset.advance;
  button.addEventListener("click", () => act(`The clock was moved by ${button.textContent.slice(1)}.`, () => api("POST", "/clock", { advance: by })));
}
$("freeze").addEventListener("click", () => act(clock.frozen ? "The clock goes on." : "The clock stands still.", () => api("POST", "/clock", { frozen: !clock.frozen })));
$("reset").addEventListener("click", () => $("sure").showModal());
$("no").addEventListener("click", () => $("sure").close());
$("yes").addEventListener("click", () => {
  $("sure").close();
  act("Everything is back to where it began.", async () => { await api("POST", "/reset"); await loadRequests(); });
});
$("made").addEventListener("change", refresh);
$("failed").addEventListener("change", showRequests);
$("older").addEventListener("click", () => { posts = Math.min(posts + 30, 200); refresh(); });
$("forget").addEventListener("click", () => act("The requests are forgotten.", async () => { await api("DELETE", "/requests"); await loadRequests(); }));
$("load").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (file) await act(`The state is that of ${file.name}.`, async () => api("PUT", "/document", JSON.parse(await file.text())));
  $("file").value = "";
});
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
setInterval(tick, 1000);
setInterval(() => { if (processing) refresh(); }, 1000);
setInterval(() => { for (const time of document.querySelectorAll("main time")) time.textContent = ago(time.dateTime); }, 20_000);
follow();
