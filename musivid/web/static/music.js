// Clip to soundtrack: what is wanted.

import { Settings } from "./settings.js";
import { $, api, attempt, clearFaults, clock, data, dropPlace, el, radios, t } from "./studio.js";

let clip = data.brought.clip ?? null;
let preset = data.asked.preset ?? "song";
let settings = null;
// What the published platform asked for, and seed and number: shown first, the rest below.
const FIRST = ["control.emotion", "control.genre", "control.key", "control.program", "tempo.bpm", "control.beat_threshold", "control.instruments", "tempo.lock", "control.strength", "control.density", "sound.keep_audio", "candidates", "seed"];

const place = dropPlace($("clip"), {
  kind: "clip", accept: "video/*,.mp4,.mkv,.mov,.webm,.avi", label: t("clip.drop"), hint: t("clip.hint"),
  taken: (found) => { clip = found; clearFaults($("form")); say(); },
  shown: (found) => el("div", { class: "brought" },
    el("video", { controls: true, muted: true, playsinline: true, preload: "metadata", src: `/inputs/${found.id}/file`, "aria-label": found.title }),
    el("strong", {}, found.title),
    el("span", {}, [found.facts.duration_s ? clock(found.facts.duration_s) : null, found.facts.size, `${Math.round(found.facts.fps * 100) / 100} fps`].filter(Boolean).join(" · "))),
});

function say() { $("say").textContent = clip ? clip.title : t("clip.first"); }

function count() {
  const changed = settings ? Object.keys(settings.changed).length : 0;
  $("changed").hidden = !changed;
  $("changed").textContent = t("changed", { n: changed });
}

async function choose(name, changed = {}) {
  preset = name;
  const form = await api("GET", `/api/form/bgm_infer/${name}`);
  settings = new Settings($("settings"), form.groups, changed, count);
  const rows = FIRST.filter((key) => settings.has(key)).map((key) => settings.fields.get(key).row);
  $("wishes").replaceChildren(...rows);
  count();
}

radios($("presets"), Object.keys(data.presets).map((name) => [name, [el("strong", {}, t(`music.${name}`)), el("span", {}, t(`music.${name}.text`))]]), preset, (value) => choose(value));

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults($("form"));
  $("make").disabled = true;
  const made = await attempt(() => api("POST", "/api/music", { clip: clip?.id ?? "", preset, settings: settings.changed }), $("form"));
  if (made) location.href = `/runs/${made.id}`;
  else $("make").disabled = false;
});

if (clip) place.full(clip);
await choose(preset, data.asked.settings ?? {});
say();
const ready = () => ($("make").disabled = false);
ready();
window.addEventListener("pageshow", ready);
