// Elements, words and the way to the sandbox. Everything is put in as text: posts are written by others.

export const $ = (id) => document.getElementById(id);

/** el makes an element with attributes and children, which are elements or texts. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

export async function api(method, path, body) {
  const answer = await fetch("api" + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error ?? `${method} ${path} was answered with ${answer.status}`);
  return value;
}

/** say tells what was done, also to who does not see it. */
let silence;
export function say(text, bad = false) {
  clearTimeout(silence);
  silence = setTimeout(() => { $("said").textContent = ""; }, bad ? 20_000 : 10_000);
  $("said").textContent = text;
  $("said").classList.toggle("bad", bad);
}

let refresh = () => {};

/** onChange sets what is called when something was done. */
export function onChange(call) {
  refresh = call;
}

/** act does something and says so, or says why not. */
export async function act(done, work) {
  try {
    await work();
    say(done);
  } catch (err) {
    say(err.message, true);
  }
  refresh();
}

/** replace puts an element in the place of another, and the focus where it was. */
function replace(old, made) {
  const focused = old.contains(document.activeElement) ? [...old.querySelectorAll(document.activeElement.tagName)].indexOf(document.activeElement) : -1;
  const tag = document.activeElement.tagName;
  old.replaceWith(made);
  if (focused >= 0) made.querySelectorAll(tag)[focused]?.focus();
}

/** keyed puts rows into a list so that those that did not change stay what they are: focus, and videos that play. */
export function keyed(list, rows) {
  const there = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let before = null;
  for (const { key, version, make } of rows) {
    let node = there.get(String(key));
    if (!node || node.dataset.version !== version) {
      const made = make();
      made.dataset.key = key;
      made.dataset.version = version;
      if (node) replace(node, made);
      node = made;
    }
    there.delete(String(key));
    if ((before ? before.nextSibling : list.firstChild) !== node) before ? before.after(node) : list.prepend(node);
    before = node;
  }
  for (const node of there.values()) node.remove();
}
