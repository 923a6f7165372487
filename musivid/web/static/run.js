// One run: at work, done, stopped or failed.

import { showFigures } from "./figures.js";
import { showPieces } from "./pieces.js";
import { $, api, attempt, blank, clock, data, dice, el, failure, follow, showMeter, sure, t, toast } from "./studio.js";

let job = data.job;
const place = job.kind; // each kind of run has the page that asks for it

function button(text, act, kind = "quiet") {
  return el("button", { class: kind, onclick: async (event) => { event.target.disabled = true; await act(); event.target.disabled = false; } }, text);
}

/** Ask for something to be done with this run; a new run is gone to. */
async function ask(what, body) {
  const news = await attempt(() => api("POST", `/api/jobs/${job.id}/${what}`, body));
  if (news && news.id === job.id) show(news);
  else if (news && what === "choose") return news;
  else if (news) location.href = `/runs/${news.id}`;
}

async function remove() {
  if (!(await sure($("sure"), t("delete.sure"), job.title, t("delete")))) return;
  if (await attempt(() => api("DELETE", `/api/jobs/${job.id}`))) location.href = "/runs";
}

function acts() {
  const found = [];
  if (["waiting", "running"].includes(job.state) && job.asked !== "stop") found.push(button(t("stop"), () => ask("stop")));
  if (["stopped", "failed"].includes(job.state)) found.push(button(t("go.on"), () => ask("go-on"), "main"));
  if (job.sheet) found.push(el("a", { class: "button quiet", href: `/plans/${job.sheet}` }, t("plan.see")));
  if (job.facts.pieces) found.push(button(t("pieces.more"), () => ask("more", {})));
  else if (job.kind !== "evaluate") found.push(button(t("seed.other"), () => ask("again", { seed: dice() })));
  found.push(el("a", { class: "button quiet", href: `/${place}?again=${job.id}` }, t("reuse")));
  if (!["waiting", "running"].includes(job.state)) found.push(button(t("delete"), remove));
  $("acts").replaceChildren(...found);
}

/** As large as the window lets it be, in its own shape. */
function shaped(node, size) {
  const [width, height] = (size ?? "").split("x").map(Number);
  if (!width || !height) return;
  node.style.aspectRatio = `${width} / ${height}`;
  node.style.width = `min(100%, calc(70vh * ${width / height}))`;
}

let staged = "";
let pieces = null;
function stage() {
  if (job.kind === "evaluate") {
    if (job.state === "done" && $("pieces").hidden) showFigures($("pieces"), job);
    return;
  }
  if (job.kind === "music" && job.state === "done" && job.files.includes("rolls")) {
    if (!pieces) { $("stagearea").hidden = true; pieces = showPieces($("pieces"), job, ask); }
    pieces.news(job);
    return;
  }
  const role = job.files.includes("film") ? "film" : job.files.includes("so_far") ? "so_far" : "";
  const busy = ["waiting", "running"].includes(job.state);
  const wanted = role && job.state !== "running" ? `${role} ${job.ended_s}` : job.preview || (busy ? "wait" : "none");
  if (wanted === staged) return;
  staged = wanted;
  const area = $("stagearea");
  if (role && job.state !== "running") {
    const film = el("video", { controls: true, playsinline: true, preload: "metadata", src: `/files/${job.id}/${role}?${job.ended_s}`, poster: job.files.includes("poster") ? `/files/${job.id}/poster` : null, "aria-label": job.title });
    shaped(film, job.facts.size);
    film.addEventListener("loadedmetadata", () => shaped(film, `${film.videoWidth}x${film.videoHeight}`));
    area.replaceChildren(film);
  } else if (job.preview) {
    const next = el("img", { src: job.preview, alt: t("preview") });
    next.decode().then(() => area.replaceChildren(next)).catch(() => {});
  } else if (busy) {
    const strip = data.rows.filter((row) => row.key);
    area.replaceChildren(strip.length ? el("img", { src: `/plans/${job.sheet}/pictures/${strip[0].key}`, alt: t("preview"), class: "dim" }) : blank(job.kind));
  } else area.replaceChildren();
}

const ROLES = ["film", "sound", "midi", "stems", "plan", "recipe", "preset", "plot", "report", "figures", "so_far"];
function files() {
  const there = ROLES.filter((role) => job.files.includes(role));
  $("files").hidden = !there.length;
  $("files").querySelector("ul").replaceChildren(...there.map((role) =>
    el("li", {}, el("a", { class: role === "film" ? "button main" : "button quiet", href: `/files/${job.id}/${role}?download=true&${job.change}`, download: true }, t(`file.${role}`)))));
}

function facts() {
  const f = job.facts;
  const key = f.key ? [f.genre, f.key] : [];
  const said = [t(`kind.${job.kind}`), job.preset, f.size, f.duration_s ? clock(f.duration_s) : null, ...key, f.tempo_bpm ? `${Math.round(f.tempo_bpm)} bpm` : null,
    f.cuts_on_beats !== undefined && f.cuts_on_beats !== null ? t("cuts.on", { n: Math.round(100 * f.cuts_on_beats) }) : null,
    job.state === "done" && job.ended_s ? t("took", { span: clock(job.ended_s - job.started_s) }) : t(`state.${job.state}`)];
  $("facts").textContent = said.filter(Boolean).join(" · ");
}

function show(news) {
  job = { ...job, ...news };
  const busy = ["waiting", "running"].includes(job.state);
  $("busy").hidden = !busy;
  if (busy) showMeter($("busy"), job);
  $("failed").hidden = job.state !== "failed";
  if (job.state === "failed") $("failed").replaceChildren(...failure(job).filter(Boolean));
  $("notes").replaceChildren(...job.notes.map((note) => el("p", { class: "note" }, note)));
  const percent = job.total && busy ? `${Math.floor((100 * job.done) / job.total)} % · ` : "";
  document.title = `${percent}${job.title} · musivid`;
  acts(); stage(); files(); facts();
}

$("command").replaceChildren(...data.command.split(" ").flatMap((word, n) => [n ? " " : "", el("span", {}, word)]));
$("copy").addEventListener("click", async () => {
  await navigator.clipboard?.writeText(data.command).then(() => toast(t("copied")), () => getSelection().selectAllChildren($("command")));
});
$("kept").hidden = !data.folder;
$("kept").querySelector("code").textContent = data.folder;
const changed = Object.entries(job.settings);
$("changes").hidden = !changed.length;
$("changes").querySelector("dl").replaceChildren(...changed.flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value))]));
show(job);
follow(job, show);
setInterval(() => job.state === "running" && showMeter($("busy"), job), 1000);
