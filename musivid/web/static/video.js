// Song to video: what is wanted.

import { Settings } from "./settings.js";
import { $, LYRICS, SONGS, api, attempt, clearFaults, data, dice, dropPlace, el, radios, songCard, t } from "./studio.js";

const asked = data.asked;
const wish = { song: null, lyrics: null, artwork: null, preset: asked.preset ?? Object.keys(data.presets)[0] };
let settings = null;
const SHAPES = { wide: [16, 9], shorts: [9, 16], square: [1, 1] };
const SHARPS = [360, 540, 720, 1080];
let shape = "wide", sharp = 720;

const song = dropPlace($("song"), { kind: "song", accept: SONGS, label: t("song.drop"), hint: t("song.hint"), taken: (found) => take("song", found), shown: songCard });
const lyrics = dropPlace($("lyrics"), { kind: "lyrics", accept: LYRICS, label: t("lyrics.drop"), hint: "LRC · SRT · VTT · CSV · JSON · TXT", taken: (found) => take("lyrics", found), shown: lyricsCard });

const artwork = dropPlace($("artwork"), { kind: "picture", accept: "image/*", label: t("artwork.drop"), hint: "JPEG · PNG · WebP", taken: (found) => take("artwork", found), shown: artworkCard });

function artworkCard(found) {
  return el("div", { class: "brought artwork" }, el("img", { src: `/inputs/${found.id}/file`, alt: "" }), el("strong", {}, found.title),
    el("button", { type: "button", class: "link", onclick: () => { wish.artwork = null; artwork.empty(); } }, t("remove")));
}

function lyricsCard(found) {
  const what = found.kind === "lyrics" ? t("lyrics.timed", { n: found.facts.lines }) : t("lyrics.plain", { n: found.facts.lines });
  return el("div", { class: "brought" }, el("strong", {}, found.title), el("span", {}, what),
    el("button", { type: "button", class: "link", onclick: () => { wish.lyrics = null; lyrics.empty(); say(); } }, t("remove")));
}

function take(kind, found) {
  wish[kind] = found;
  clearFaults($("form"));
  say();
}

function say() {
  const untimed = wish.lyrics?.kind === "words";
  $("untimed").hidden = !untimed;
  if (untimed) $("totime").href = `/words?words=${wish.lyrics.id}${wish.song ? `&song=${wish.song.id}` : ""}`;
  $("say").textContent = wish.song ? wish.song.title : t("song.first");
}

$("take").addEventListener("click", () => {
  const text = $("text").value.trim();
  if (text) lyrics.take(new File([text], "lyrics.txt", { type: "text/plain" }));
});

// The picture.

function size() {
  const [w, h] = SHAPES[shape];
  const even = (px) => 2 * Math.round(px / 2);
  return w >= h ? `${even((sharp * w) / h)}x${sharp}` : `${sharp}x${even((sharp * h) / w)}`;
}

function sized() {
  settings?.set("output.size", size());
}

function readSize(text) {
  const [w, h] = (text ?? "").split("x").map(Number);
  if (!w || !h) return;
  shape = w > h * 1.2 ? "wide" : h > w * 1.2 ? "shorts" : "square";
  sharp = SHARPS.reduce((best, one) => (Math.abs(one - Math.min(w, h)) < Math.abs(best - Math.min(w, h)) ? one : best));
}

function pictureFields() {
  const face = (name) => [el("i", { class: `shape ${name}`, "aria-hidden": "true" }), t(`shape.${name}`)];
  radios($("shapes"), Object.keys(SHAPES).map((name) => [name, face(name)]), shape, (value) => { shape = value; sized(); });
  radios($("sharps"), SHARPS.map((px) => [px, `${px}p`]), sharp, (value) => { sharp = Number(value); sized(); });
}

/** Keep a field of the page and the setting behind it alike. */
function tie(id, key, read = (node) => node.value, event = "input") {
  $(id).addEventListener(event, () => settings.set(key, read($(id))));
}
tie("fps", "output.fps", undefined, "change");
tie("seed", "seed", (node) => (node.value === "" ? "" : Number(node.value)));
tie("lyricstyle", "living.lyrics", undefined, "change");
tie("showtitle", "living.show_title", (node) => node.checked, "change");
$("dice").addEventListener("click", () => settings.set("seed", dice()));

function mirror(key, value) {
  if (key === "seed") $("seed").value = value;
  if (key === "output.fps") { if (![...$("fps").options].some((o) => o.value === value)) $("fps").append(el("option", {}, value)); $("fps").value = value; }
  if (key === "living.lyrics") $("lyricstyle").value = value;
  if (key === "living.show_title") $("showtitle").checked = Boolean(value);
  if (key === "style") styled?.choose(value ?? "");
  const count = settings ? Object.keys(settings.changed).length : 0;
  $("changed").hidden = !count;
  $("changed").textContent = t("changed", { n: count });
}

let styled = null;
async function choosePreset(name, changed = {}) {
  wish.preset = name;
  const form = await api("GET", `/api/form/video/${name}`);
  settings = null;
  settings = new Settings($("settings"), form.groups, {}, mirror);
  const style = settings.field("style");
  const tiles = [["", [el("i", { class: "tile plain" }), t("style.none")]], ...style.choices.map((one) => [one, [el("i", { class: `tile t-${one}` }), style.names[one] ?? one]])];
  styled = radios($("styles"), tiles, changed.style ?? "", (value) => settings.set("style", value || null));
  const living = settings.has("living.lyrics");
  $("cover").hidden = !living;
  for (const id of ["lyricstyle", "showtitle"]) $(id).closest("label").hidden = !living;
  if (living) {
    const { choices, names } = settings.field("living.lyrics");
    $("lyricstyle").replaceChildren(...choices.map((word) => el("option", { value: word }, names[word])));
  }
  readSize(changed["output.size"] ?? settings.field("output.size").value);
  pictureFields();
  for (const key of ["seed", "output.fps", "living.lyrics", "living.show_title"]) if (settings.has(key)) mirror(key, settings.value(key));
  for (const [key, value] of Object.entries(changed)) settings.set(key, value);
}

radios($("presets"), Object.keys(data.presets).map((name) => [name, [el("strong", {}, t(`preset.${name}`)), el("span", {}, t(`preset.${name}.text`))]]),
  wish.preset, (value) => choosePreset(value));

$("short").addEventListener("click", () => { $("start").value = "0:00"; $("end").value = "0:15"; });

function spec() {
  return {
    song: wish.song?.id ?? "", lyrics: wish.lyrics?.id ?? null, artwork: settings.has("living.lyrics") ? wish.artwork?.id ?? null : null, preset: wish.preset, settings: settings.changed,
    start: $("start").value.trim() || null, end: $("end").value.trim() || null, subtitles: $("subtitles").checked,
  };
}

async function send(path, place) {
  clearFaults($("form"));
  for (const id of ["plan", "make"]) $(id).disabled = true;
  const made = await attempt(() => api("POST", path, spec()), $("form"));
  if (made) location.href = place(made);
  else for (const id of ["plan", "make"]) $(id).disabled = false;
}
$("form").addEventListener("submit", (event) => { event.preventDefault(); send("/api/plans", (sheet) => `/plans/${sheet.id}`); });
$("make").addEventListener("click", () => send("/api/films", (job) => `/runs/${job.id}`));

if (data.brought.song) { song.full(data.brought.song); wish.song = data.brought.song; }
if (data.brought.lyrics) { lyrics.full(data.brought.lyrics); wish.lyrics = data.brought.lyrics; }
if (data.brought.artwork) { artwork.full(data.brought.artwork); wish.artwork = data.brought.artwork; }
if (asked.start_s) $("start").value = asked.start_s;
if (asked.end_s) $("end").value = asked.end_s;
$("subtitles").checked = Boolean(asked.subtitles);
await choosePreset(wish.preset, asked.settings ?? {});
say();
const ready = () => { for (const id of ["plan", "make"]) $(id).disabled = false; };
ready();
window.addEventListener("pageshow", ready);
