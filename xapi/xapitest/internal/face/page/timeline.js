// The timeline: posts with what they show.

import { $, el, keyed } from "./dom.js";
import { hue, moment, plural } from "./words.js";

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
  const marks = [shown.place, shown.hidden && "hidden", shown.dropped && "dropped", shown.author.gone && "its author is not to be seen", shown.versions > 1 && `edited, version ${shown.versions}`].filter(Boolean);
  return el("article", { class: post.made ? "post made" : "post", "aria-label": `Post by ${post.author.name}` },
    shown === post ? null : el("p", { class: "note" }, `↻ ${post.author.name} reposted`),
    shown.reply_to ? el("p", { class: "note" }, shown.reply_to.gone ? "Reply to a post that is gone" : `Reply to @${shown.reply_to.author.username}: ${[...shown.reply_to.text].slice(0, 60).join("")}`) : null,
    who(shown), content(shown),
    marks.length ? el("p", { class: "note" }, marks.join(" · ")) : null,
    el("p", { class: "numbers" }));
}

/** count writes what was done with a post. The post itself stays: a video may be playing. */
function count(node, post) {
  const shown = post.repost && !post.repost.gone ? post.repost : post;
  const numbers = [[shown.replies, "reply", "replies"], [shown.reposts, "repost"], [shown.quotes, "quote"], [shown.likes, "like"]];
  const text = JSON.stringify(numbers);
  if (node.dataset.numbers === text) return;
  node.dataset.numbers = text;
  node.lastChild.replaceChildren(...numbers.map(([n, one, many]) => el("span", {}, plural(n, one, many))));
}

const counts = ["likes", "replies", "reposts", "quotes"];

let most = 20;

/** limit is how many posts are asked for. */
export const limit = () => most;

/** more has more posts asked for. */
export function more() {
  most = Math.min(most + 30, 200);
}

export function showTimeline(list) {
  const version = (post) => JSON.stringify(post, (name, value) => counts.includes(name) ? undefined : value);
  keyed($("posts"), list.map((post) => ({ key: post.id, version: version(post), make: () => article(post) })));
  list.forEach((post, i) => count($("posts").children[i], post));
  $("posts").setAttribute("aria-busy", "false");
  $("no-posts").hidden = list.length > 0;
  $("older").hidden = list.length < most || most >= 200;
}
