// A listening study is declared: its films, what is asked, what participants agree to.

import { Settings } from "./settings.js";
import { $, Refused, api, bring, clearFaults, clock, data, el, showFaults, t } from "./studio.js";

const FILM = /\.(mp4|mkv|mov|webm|avi|m4v|flv|mpe?g|ts|wmv)$/i;
const films = [...data.films]; // {source, title, system, clip}
const listed = { system: el("datalist", { id: "systems" }), clip: el("datalist", { id: "clips" }) };
document.body.append(listed.system, listed.clip);

const plain = (text) => text.replace(/[^\p{L}\p{N} ._-]/gu, " ").trim();
const systemName = (text) => text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[-_.]+/, "").slice(0, 40) || "A";
const stem = (name) => plain(name.replace(/\.[^.]*$/, "")).slice(0, 80) || "clip";

/** A name of a system for which a clip has no film yet. */
function free(system, clip) {
  const taken = (name) => films.some((film) => film.system === name && film.clip === clip);
  let name = system;
  for (let n = 2; taken(name); n += 1) name = `${system}-${n}`;
  return name;
}

function add(source, title, system, clip) {
  films.push({ source, title, system: free(systemName(system), clip), clip });
  list();
}

function list() {
  $("table").replaceChildren(...films.map((film) => {
    const box = (what, label) => el("input", { value: film[what], list: `${what}s`, maxlength: what === "system" ? 40 : 80, "aria-label": `${label}: ${film.title}`, placeholder: label, oninput: (event) => { film[what] = event.target.value.trim(); sum(); } });
    return el("li", {}, el("span", {}, film.title), box("system", t("study.system")), box("clip", t("study.clip")),
      el("button", { type: "button", class: "quiet small", "aria-label": `${t("remove")}: ${film.title}`, onclick: () => { films.splice(films.indexOf(film), 1); list(); } }, "×"));
  }));
  for (const box of document.querySelectorAll("#made input")) box.checked = films.some((film) => film.source === box.value);
  sum();
}

/** Say what there is, and what is missing. */
function sum() {
  const names = (what) => [...new Set(films.map((film) => film[what]))].filter(Boolean);
  const systems = names("system"), clips = names("clip");
  for (const what of ["system", "clip"]) listed[what].replaceChildren(...names(what).map((name) => el("option", { value: name })));
  const missing = systems.flatMap((system) => clips.filter((clip) => !films.some((film) => film.system === system && film.clip === clip)).map((clip) => `${system} · ${clip}`));
  $("cells").hidden = !films.length;
  $("cells").textContent = t("study.size", { clips: clips.length, systems: systems.length }) + (missing.length ? `. ${t("study.missing", { list: missing.slice(0, 6).join(", ") })}` : "");
  const baseline = $("s-baseline");
  if (baseline) baseline.placeholder = systems[0] ?? "";
}

async function take(found) {
  const wanted = found.filter(({ file }) => FILM.test(file.name) || file.type.startsWith("video/"));
  const place = document.querySelector('[data-fault="films"]');
  place.textContent = wanted.length ? "" : t("study.nofilms");
  for (const [n, { file, path }] of wanted.entries()) {
    $("moving").textContent = `${n + 1} / ${wanted.length} · ${file.name}`;
    const folders = path.split("/").slice(0, -1);
    const system = folders.at(-1) ?? films.at(-1)?.system ?? "A";
    try {
      const input = await bring("clip", file);
      add(input.id, path, folders.length ? system : systemName(system), stem(file.name));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      place.textContent = `${file.name}: ${error.message}`;
    }
  }
  $("moving").textContent = "";
}

/** All files of what was dropped, in folders, too. */
async function dropped(entry, above = "") {
  const path = above ? `${above}/${entry.name}` : entry.name;
  if (entry.isFile) return [{ file: await new Promise((done, failed) => entry.file(done, failed)), path }];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...(await dropped(one, path)));
  }
}

const drop = $("film");
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); });
drop.addEventListener("drop", async (event) => {
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const found = [];
  for (const entry of entries) found.push(...(await dropped(entry)));
  take(found.sort((a, b) => a.path.localeCompare(b.path)));
});
for (const id of ["files", "folder"]) $(id).addEventListener("change", () => {
  take([...$(id).files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).sort((a, b) => a.path.localeCompare(b.path)));
  $(id).value = "";
});

$("from").hidden = !data.runs.length;
$("made").replaceChildren(...data.runs.map((job) => {
  const box = el("input", { type: "checkbox", value: job.id, onchange: () => {
    if (box.checked) add(job.id, job.title, job.preset ?? "A", plain(job.title).slice(0, 80) || "clip");
    else { films.splice(0, films.length, ...films.filter((film) => film.source !== job.id)); list(); }
  } });
  const picture = job.files.includes("poster") ? el("img", { src: `/files/${job.id}/poster`, alt: "", loading: "lazy" }) : el("i", { class: "none" });
  return el("li", {}, el("label", { class: "pick-run" }, box, picture, el("span", {}, job.title, el("em", {}, [t(`kind.${job.kind}`), job.preset, job.facts.duration_s ? clock(job.facts.duration_s) : null].filter(Boolean).join(" · ")))));
}));

// What is asked.

const first = new Settings($("first"), data.groups.slice(0, 1), data.settings, () => queueMicrotask(shown));
const rest = new Settings($("settings"), data.groups.slice(1), data.settings, () => queueMicrotask(shown));
first.set("title", data.settings.title ?? "");

const boxes = {};
$("consent").replaceChildren(...Object.entries(data.consent).map(([code, text]) => {
  boxes[code] = el("textarea", { id: `consent-${code}`, rows: 4, lang: code, value: text });
  return el("div", { class: "field", "data-language": code }, el("label", { for: `consent-${code}` }, t(`language.${code}`)), boxes[code], el("p", { class: "fault", "data-fault": `consent.${code}` }));
}));

/** Say how much was changed; consent is asked for in the study's languages alone. */
function shown() {
  const count = Object.keys(rest.changed).length;
  $("changed").hidden = !count;
  $("changed").textContent = t("changed", { n: count });
  const spoken = first.value("languages");
  const creates = first.value("design") === "create";
  $("table").classList.toggle("clips", creates);
  first.row("systems").hidden = !creates;
  first.row("vary").hidden = creates;
  for (const node of document.querySelectorAll("[data-language]")) node.hidden = !spoken.includes(node.dataset.language);
}

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults($("form"));
  $("make").disabled = true;
  const asked = {
    films: films.map(({ source, system, clip }) => ({ source, system, clip })),
    settings: { ...first.changed, ...rest.changed, title: first.value("title") },
    consent: Object.fromEntries(Object.entries(boxes).map(([code, box]) => [code, box.value])),
  };
  try {
    const made = await api(data.id ? "PUT" : "POST", data.id ? `/api/studies/${data.id}` : "/api/studies", asked);
    location.href = `/studies/${made.id}`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showFaults($("form"), error);
    $("make").disabled = false;
  }
});
list();
shown();
$("make").disabled = false;
