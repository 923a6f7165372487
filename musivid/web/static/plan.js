// The plan of a film: rows that are changed by a click, a drag or a word, and filmed.

import { $, api, attempt, clock, data, dice, el, failure, hearJobs, showMeter, span, t, toast } from "./studio.js";

let sheet = data.sheet, choices = data.choices, job = data.job;
const cards = new Map();
const path = `/api/plans/${sheet.id}`;

async function change(row, given) {
  const card = cards.get(row.id);
  card?.classList.add("waiting");
  const news = await attempt(() => api("PATCH", `${path}/rows/${row.id}`, given));
  if (news) take(news);
  else show();
}

async function cut(row, what) {
  const news = await attempt(() => api("POST", `${path}/rows/${row.id}/${what}`));
  if (news) take(news);
}

function take(news) { sheet = news; show(); }

// A row.

function select(label, value, options, act) {
  const list = el("select", { "aria-label": label, onchange: () => act(list.value) },
    options.map(([word, text]) => el("option", { value: word, selected: word === value }, text)));
  return el("label", { class: "chip" }, el("span", {}, label), list);
}

function figures(scene) {
  const known = choices.scenes[scene]?.figures ?? [];
  return [["", t("nobody")], ...known.flatMap((name) => (choices.poses[name]?.length ? choices.poses[name].map((pose) => [`${name} ${pose}`, `${name} ${pose}`]) : [[name, name]]))];
}

function withOwn(options, value) {
  return options.some(([word]) => word === value) ? options : [[value, value], ...options];
}

function words(row, name, label, list = null) {
  const box = el("input", { type: "text", value: row[name], "aria-label": label, placeholder: name === "line" ? t("line.none") : "–", list, maxlength: 300,
    onchange: () => change(row, { [name]: box.value }), onkeydown: (event) => event.key === "Enter" && box.blur() });
  return box;
}

function editable(row, index) {
  const known = choices.scenes[row.scene] ?? { shots: [], figures: [] };
  return [
    el("button", { class: "chip pick", onclick: () => pick(row) }, el("span", {}, t("row.scene")), el("strong", {}, `${row.scene} · ${row.look}`)),
    select(t("row.shot"), row.shot, withOwn(known.shots.map((s) => [s, s]), row.shot), (shot) => change(row, { shot })),
    select(t("row.figure"), row.figure, withOwn(figures(row.scene), row.figure), (figure) => change(row, { figure })),
    el("label", { class: "chip" }, el("span", {}, t("row.action")), words(row, "action", t("row.action"), "actions")),
    select(t("row.cut"), row.cut, choices.cuts.map((c) => [c, c]), (value) => change(row, { cut: value })),
    el("div", { class: "acts" },
      el("button", { class: "quiet small", onclick: () => cut(row, "split") }, t("row.split")),
      index ? el("button", { class: "quiet small", onclick: () => cut(row, "join") }, t("row.join")) : null),
  ];
}

function fixed(row) {
  const said = [row.shot, row.figure, row.action, row.cut].filter(Boolean).join(" · ");
  return [el("p", { class: "chip" }, el("strong", {}, `${row.scene} · ${row.look}`)), el("p", { class: "hint" }, said)];
}

function face(row, index) {
  const end = sheet.rows[index + 1]?.start_s ?? sheet.facts.duration_s;
  const picture = row.picture ? el("img", { src: `/plans/${sheet.id}/pictures/${row.picture}`, alt: `${t("row.scene")}: ${row.scene} ${row.look}`, loading: index > 8 ? "lazy" : null }) : el("i", { class: sheet.editable ? "none drawing" : "none video" });
  const frame = sheet.editable ? el("button", { class: "pic", onclick: () => pick(row) }, picture) : el("div", { class: "pic" }, picture);
  frame.append(el("span", { class: "time" }, `${clock(row.start_s, 1)} – ${clock(end, 1)}`));
  return [frame, el("div", { class: "said" }, sheet.editable ? words(row, "line", t("row.line")) : el("strong", {}, row.line)), ...(sheet.editable && choices.scenes ? editable(row, index) : fixed(row))];
}

function show() {
  $("rows").style.setProperty("--shape", (sheet.facts.size ?? "16x9").replace("x", " / "));
  const seen = new Set(sheet.rows.map((row) => row.id));
  for (const [id, card] of cards) if (!seen.has(id)) { card.remove(); cards.delete(id); }
  sheet.rows.forEach((row, index) => {
    let card = cards.get(row.id);
    if (!card) cards.set(row.id, (card = el("li", { class: "card row" })));
    const told = JSON.stringify([row, sheet.rows[index + 1]?.start_s, sheet.editable, Boolean(choices.scenes)]);
    const held = card.contains(document.activeElement) ? document.activeElement : null;
    if (card.dataset.told !== told && !(held?.tagName === "INPUT" && held.value !== held.defaultValue)) {
      const at = held ? [...card.querySelectorAll("button,select,input")].indexOf(held) : -1;
      card.replaceChildren(...face(row, index));
      card.dataset.told = told;
      if (at >= 0) card.querySelectorAll("button,select,input")[at]?.focus();
    }
    card.classList.toggle("waiting", sheet.editable && !row.picture);
    if ($("rows").children[index] !== card) $("rows").insertBefore(card, $("rows").children[index] ?? null);
  });
  borders();
  const f = sheet.facts;
  const planned = f.duration_s !== undefined;
  $("film").disabled = !planned;
  $("file").hidden = !sheet.editable;
  $("file").href = `/plans/${sheet.id}/plan.yaml`;
  if (!planned) return;
  const facts = [clock(f.duration_s), f.size, t("frames", { n: f.frames, fps: f.fps }), f.tempo_bpm ? `${Math.round(f.tempo_bpm)} bpm` : null, f.keys ? t("keys", { n: f.keys }) : null];
  $("facts").textContent = facts.filter(Boolean).join(" · ");
  $("say").textContent = t("estimate", { span: span(f.estimate_s), mb: Math.round(f.disk_mb) });
  $("warnings").replaceChildren(...f.warnings.map((text) => el("p", { class: "note" }, text)));
  if (!sheet.rows.length && f.cues.length)
    $("cues").replaceChildren(el("ol", { class: "card lines" }, f.cues.map((cue) => el("li", {}, el("time", {}, clock(cue.start_s, 1)), el("span", {}, cue.text)))));
}

// Borders that are dragged.

let strip = null;
function borders() {
  if (!sheet.editable || sheet.rows.length < 2) { strip?.remove(); strip = null; return; }
  if (strip?.dataset.busy) return;
  if (!strip) { strip = el("div", { class: "strip", role: "group", "aria-label": t("borders") }); $("rows").before(strip); }
  const whole = sheet.facts.duration_s;
  const parts = sheet.rows.map((row, index) => {
    const end = sheet.rows[index + 1]?.start_s ?? whole;
    const part = el("button", { class: "part", title: `${clock(row.start_s, 1)} ${row.line || row.scene}`, tabindex: -1, "aria-hidden": "true", onclick: () => cards.get(row.id).scrollIntoView({ behavior: "smooth", block: "center" }) });
    part.style.left = `${(100 * row.start_s) / whole}%`;
    part.style.width = `${(100 * (end - row.start_s)) / whole}%`;
    if (row.picture) part.style.backgroundImage = `url("/plans/${sheet.id}/pictures/${row.picture}")`;
    return part;
  });
  const handles = sheet.rows.slice(1).map((row, index) => handle(row, index + 1, whole));
  const focused = document.activeElement?.dataset?.border;
  strip.replaceChildren(...parts, ...handles);
  if (focused) strip.querySelector(`[data-border="${focused}"]`)?.focus();
}

function handle(row, index, whole) {
  const low = sheet.rows[index - 1].start_s + 0.5;
  const high = (sheet.rows[index + 1]?.start_s ?? whole) - 0.5;
  const beats = sheet.facts.beats_s;
  const node = el("div", { class: "border", role: "slider", tabindex: 0, "data-border": row.id, "aria-label": t("border", { line: row.line || `${row.scene} ${row.look}` }), "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": row.start_s, "aria-valuetext": clock(row.start_s, 2) });
  node.style.left = `${(100 * row.start_s) / whole}%`;
  const near = (time) => {
    const beat = beats.reduce((best, one) => (Math.abs(one - time) < Math.abs(best - time) ? one : best), -1e9);
    return Math.min(high, Math.max(low, Math.abs(beat - time) < whole / 150 ? beat : time));
  };
  const move = (time) => change(row, { start_s: Math.round(100 * Math.min(high, Math.max(low, time))) / 100 });
  node.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const next = way > 0 ? beats.find((beat) => beat > row.start_s + 0.02) : beats.findLast((beat) => beat < row.start_s - 0.02);
    move(event.shiftKey || next === undefined ? row.start_s + way * 0.1 : next);
  });
  node.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    strip.dataset.busy = "1";
    let time = row.start_s;
    const dragged = (now) => {
      const box = strip.getBoundingClientRect();
      time = near(((now.clientX - box.left) / box.width) * whole);
      node.style.left = `${(100 * time) / whole}%`;
      node.dataset.time = clock(time, 2);
    };
    node.addEventListener("pointermove", dragged);
    node.addEventListener("pointerup", () => { node.removeEventListener("pointermove", dragged); delete strip.dataset.busy; if (time !== row.start_s) move(time); else borders(); }, { once: true });
  });
  return node;
}

// Where a place is: scene and look, found by words.

/** The small picture of a look: a part of one that holds them all, ten in a row. */
function tile(number) {
  if (number === undefined) return null;
  const node = el("i", { class: "view", "aria-hidden": "true" });
  node.style.backgroundPosition = `${-112 * (number % 10)}px ${-63 * Math.floor(number / 10)}px`;
  return node;
}

function pick(row) {
  if (!choices.scenes) return;
  const dialog = $("editor");
  const search = el("input", { type: "search", placeholder: t("scene.find"), "aria-label": t("scene.find"), autofocus: true });
  const list = el("div", { class: "looks" });
  const all = Object.entries(choices.scenes).flatMap(([scene, known]) => known.looks.map((look) => ({ scene, look, words: known.words[look] })));
  const fill = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((one) => wanted.every((word) => `${one.scene} ${one.look} ${one.words}`.toLowerCase().includes(word)));
    list.replaceChildren(...found.map((one) =>
      el("button", { class: one.scene === row.scene && one.look === row.look ? "look on" : "look", onclick: () => { dialog.close(); change(row, { scene: one.scene, look: one.look }); } },
        tile(choices.scenes[one.scene].tiles?.[one.look]), el("strong", {}, `${one.scene} · ${one.look}`), el("span", {}, one.words))));
    if (!found.length) list.replaceChildren(el("p", { class: "hint" }, t("nothing")));
  };
  search.addEventListener("input", fill);
  dialog.replaceChildren(el("header", {}, el("h2", { id: "e-title" }, row.line || clock(row.start_s, 1)), el("button", { class: "quiet icon", "aria-label": t("close"), onclick: () => dialog.close() }, "✕")), search, list);
  fill();
  dialog.showModal();
  list.querySelector(".on")?.scrollIntoView({ block: "center" });
}
$("editor").addEventListener("click", (event) => event.target === $("editor") && $("editor").close());

// Work.

function working(news) {
  job = news;
  const busy = ["waiting", "running"].includes(job.state);
  const heard = sheet.facts.duration_s !== undefined;
  $("busy").hidden = !busy || (heard && job.stage !== "draw" && job.kind === "draw");
  if (busy) showMeter($("busy"), job);
  $("failed").hidden = job.state !== "failed";
  if (job.state === "failed") $("failed").replaceChildren(...failure(job).filter(Boolean));
}

let asking = false, again = false;
async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  const news = await api("GET", path).catch(() => null);
  if (news?.rows.length && !choices.scenes) choices = await api("GET", "/api/choices").catch(() => choices);
  if (news) take(news);
  asking = false;
  if (again) { again = false; refresh(); }
}

document.body.append(el("datalist", { id: "actions" }));
const actions = () => $("actions").replaceChildren(...(choices.actions ?? []).map((name) => el("option", { value: name })));

$("seed").addEventListener("click", async () => {
  const made = await attempt(() => api("POST", `${path}/again`, { seed: dice() }));
  if (made) location.href = `/plans/${made.id}`;
});
$("film").addEventListener("click", async () => {
  $("film").disabled = true;
  const made = await attempt(() => api("POST", `${path}/film`));
  if (made) location.href = `/runs/${made.id}`;
  else $("film").disabled = false;
});

show();
actions();
if (job) working(job);
hearJobs((news) => {
  if (job && news.id !== job.id && !["plan", "draw"].includes(news.kind)) return;
  if (news.sheet !== sheet.id) return;
  working(news);
  refresh().then(actions);
}, job?.change);
refresh();
window.addEventListener("pageshow", () => ($("film").disabled = sheet.facts.duration_s === undefined));
