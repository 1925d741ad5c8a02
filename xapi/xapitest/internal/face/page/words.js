// Numbers and times in words.

import { $, el } from "./dom.js";

export const plural = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export function bytes(n) {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (n >= size) return `${(n / size).toFixed(n < 10 * size ? 1 : 0)} ${unit}`;
  }
  return plural(n, "byte");
}

export function hue(text) {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

let clock = { at: Date.now(), now: Date.now(), frozen: false };

/** setClock takes in what time it is in the sandbox. */
export function setClock(state) {
  clock = { at: Date.now(), now: Date.parse(state.now), frozen: state.frozen };
}

export const frozen = () => clock.frozen;
export const now = () => clock.now + (clock.frozen ? 0 : Date.now() - clock.at);

export function ago(text) {
  const seconds = Math.round((now() - Date.parse(text)) / 1000);
  if (seconds < 0) return "later";
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return new Date(text).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
}

export function moment(text) {
  return el("time", { datetime: text, title: new Date(text).toUTCString() }, ago(text));
}

export function tick() {
  const at = new Date(now());
  $("now").dateTime = at.toISOString();
  $("now").textContent = at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }) + " UTC";
}
