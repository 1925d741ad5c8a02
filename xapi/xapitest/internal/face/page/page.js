// The page of the sandbox: it follows what happens, and does what its buttons say.

import { $, act, api, onChange } from "./dom.js";
import { addRequest, loadRequests, showRequests } from "./requests.js";
import { isProcessing, showState } from "./state.js";
import { limit, more, showTimeline } from "./timeline.js";
import { ago, frozen, tick } from "./words.js";

let loading = false, again = false;

/** refresh asks for what there is, once at a time, and once more where something happened meanwhile. */
async function refresh() {
  if (loading) { again = true; return; }
  loading = true;
  setTimeout(() => { loading = false; if (again) { again = false; refresh(); } }, 250);
  const asked = [api("GET", "/state"), api("GET", `/timeline?limit=${limit()}&made=${$("made").checked}`)];
  const [state, timeline] = await Promise.all(asked).catch(() => []); // the events say when the sandbox is there again
  if (!state) return;
  showState(state);
  showTimeline(timeline.posts);
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
  events.addEventListener("request", (event) => addRequest(JSON.parse(event.data)));
  events.addEventListener("changed", refresh);
}

for (const button of document.querySelectorAll("[data-advance]")) {
  const by = button.dataset.advance;
  button.addEventListener("click", () => act(`The clock was moved by ${button.textContent.slice(1)}.`, () => api("POST", "/clock", { advance: by })));
}
$("freeze").addEventListener("click", () => act(frozen() ? "The clock goes on." : "The clock stands still.", () => api("POST", "/clock", { frozen: !frozen() })));
$("reset").addEventListener("click", () => $("sure").showModal());
$("no").addEventListener("click", () => $("sure").close());
$("yes").addEventListener("click", () => {
  $("sure").close();
  act("Everything is back to where it began.", async () => { await api("POST", "/reset"); await loadRequests(); });
});
$("made").addEventListener("change", refresh);
$("failed").addEventListener("change", showRequests);
$("older").addEventListener("click", () => { more(); refresh(); });
$("forget").addEventListener("click", () => act("The requests are forgotten.", async () => { await api("DELETE", "/requests"); await loadRequests(); }));
$("load").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (file) await act(`The state is that of ${file.name}.`, async () => api("PUT", "/document", JSON.parse(await file.text())));
  $("file").value = "";
});
setInterval(tick, 1000);
setInterval(() => { if (isProcessing()) refresh(); }, 1000);
setInterval(() => { for (const time of document.querySelectorAll("main time")) time.textContent = ago(time.dateTime); }, 20_000);
onChange(refresh);
follow();
