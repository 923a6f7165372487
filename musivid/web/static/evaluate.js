// Films to be measured: brought here, or made before.

import { $, LYRICS, SONGS, api, attempt, clearFaults, clock, data, dropPlace, el, songCard, t } from "./studio.js";

const MOST = 8;
const films = new Map(); // id: title, in order
const beside = { song: null, lyrics: null, notes: null };

function show() {
  $("films").replaceChildren(...[...films].map(([id, title]) => el("li", {}, el("strong", {}, title),
    el("button", { type: "button", class: "quiet small", "aria-label": `${t("remove")}: ${title}`, onclick: () => { films.delete(id); show(); } }, t("remove")))));
  for (const box of $("made").querySelectorAll("input")) {
    box.checked = films.has(box.value);
    box.disabled = !box.checked && films.size >= MOST;
  }
  $("film").hidden = films.size >= MOST;
  $("say").textContent = films.size ? t("films.n", { n: films.size }) : t("films.first");
}

const place = dropPlace($("film"), {
  kind: "clip", accept: "video/*,.mp4,.mkv,.mov,.webm,.avi", label: t("film.drop"), hint: t("film.hint"),
  taken: (found) => { films.set(found.id, found.title); clearFaults($("form")); place.empty(); show(); },
  shown: (found) => el("div", { class: "brought" }, el("strong", {}, found.title)),
});
const card = (found) => el("div", { class: "brought" }, el("strong", {}, found.title), el("span", {}, found.facts.duration_s ? clock(found.facts.duration_s) : ""));
const places = {
  song: dropPlace($("song"), { kind: "song", accept: SONGS, label: t("song.own"), hint: "", taken: (found) => (beside.song = found.id), shown: songCard }),
  lyrics: dropPlace($("lyrics"), { kind: "lyrics", accept: LYRICS, label: t("lyrics.drop"), hint: "", taken: (found) => (beside.lyrics = found.id), shown: card }),
  notes: dropPlace($("notes"), { kind: "notes", accept: ".mid,.midi,audio/midi", label: t("notes.drop"), hint: "", taken: (found) => (beside.notes = found.id), shown: card }),
};

$("from").hidden = !data.runs.length;
$("made").replaceChildren(...data.runs.map((run) => el("li", {}, el("label", { class: "pick-run" },
  el("input", { type: "checkbox", value: run.id, onchange: (event) => { if (event.target.checked) films.set(run.id, run.title); else films.delete(run.id); clearFaults($("form")); show(); } }),
  run.files.includes("poster") ? el("img", { src: `/files/${run.id}/poster`, alt: "", loading: "lazy" }) : el("i", { class: "none" }),
  el("span", {}, el("strong", {}, run.title), el("em", {}, [t(`kind.${run.kind}`), run.preset, run.facts.duration_s ? clock(run.facts.duration_s) : null].filter(Boolean).join(" · ")))))));

for (const found of data.brought) {
  if (found.kind === "clip") films.set(found.id, found.title);
  else if (found.kind in places) { places[found.kind].full(found); beside[found.kind] = found.id; }
}
for (const run of data.runs) if (data.chosen.includes(run.id)) films.set(run.id, run.title);

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults($("form"));
  $("make").disabled = true;
  const made = await attempt(() => api("POST", "/api/evaluations", { films: [...films.keys()], ...beside }), $("form"));
  if (made) location.href = `/runs/${made.id}`;
  else $("make").disabled = false;
});
show();
const ready = () => ($("make").disabled = false);
ready();
window.addEventListener("pageshow", ready);
