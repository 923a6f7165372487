// The gallery of runs.

import { $, ago, api, attempt, blank, clock, data, el, hearJobs, stageText, sure, t } from "./studio.js";

let jobs = data.jobs;
const cards = new Map();
const chosen = new Set(); // to be compared

function pick(job) {
  if (!chosen.delete(job.id) && chosen.size < 8) chosen.add(job.id);
  show(job);
  $("pair").hidden = !chosen.size;
  $("paired").textContent = t("films.n", { n: chosen.size });
  $("go").disabled = chosen.size < 2;
}

$("go").addEventListener("click", async () => {
  const made = await attempt(() => api("POST", "/api/evaluations", { films: [...chosen] }));
  if (made) location.href = `/runs/${made.id}`;
});

function picture(job) {
  if (job.files.includes("poster")) return `/files/${job.id}/poster`;
  return job.preview || null;
}

function face(job) {
  const source = picture(job);
  const facts = [t(`kind.${job.kind}`), job.preset, job.settings.seed !== undefined ? `${t("seed")} ${job.settings.seed}` : null, job.facts.duration_s ? clock(job.facts.duration_s) : null, ago(job.created_s)];
  const share = job.total ? `${(100 * job.done) / job.total}%` : null;
  const over = ["done", "failed", "stopped"].includes(job.state);
  return [
    el("a", { href: `/runs/${job.id}`, class: "pic", tabindex: -1, "aria-hidden": "true" },
      source ? el("img", { src: source, alt: "", loading: "lazy" }) : blank(job.kind),
      el("span", { class: `state ${job.state}` }, job.state === "running" ? stageText(job) : t(`state.${job.state}`)),
      job.state === "running" ? el("span", { class: "thin" }, (() => { const bar = el("i"); if (share) bar.style.width = share; return bar; })()) : null),
    el("div", { class: "under" },
      el("a", { href: `/runs/${job.id}`, class: "title" }, job.title),
      el("span", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      el("div", { class: "acts" },
        el("a", { class: "button quiet small", href: `/${job.kind}?again=${job.id}` }, t("reuse")),
        job.state === "done" && job.files.includes("film") ? el("button", { class: "quiet small", "aria-label": `${t("compare")}: ${job.title}`, "aria-pressed": String(chosen.has(job.id)), onclick: () => pick(job) }, t("compare")) : null,
        over ? el("button", { class: "quiet small", "aria-label": `${t("delete")}: ${job.title}`, onclick: () => remove(job) }, t("delete")) : null)),
  ];
}

function show(job) {
  let card = cards.get(job.id);
  if (!card) cards.set(job.id, (card = el("li", { class: "card" })));
  card.replaceChildren(...face(job));
  return card;
}

function list() {
  cards.clear();
  $("runs").replaceChildren(...jobs.map(show));
  $("none").hidden = jobs.length > 0;
}

async function remove(job) {
  if (!(await sure($("sure"), t("delete.sure"), job.title, t("delete")))) return;
  if (await attempt(() => api("DELETE", `/api/jobs/${job.id}`))) {
    jobs = jobs.filter((one) => one.id !== job.id);
    list();
  }
}

// Runs that are older than --keep are offered for removal, and removed by nobody else.
$("old").hidden = !data.old.length;
$("old").querySelector("span").textContent = t("old", { n: data.old.length, days: data.days });
$("clear").addEventListener("click", async () => {
  if (!(await sure($("sure"), t("old.sure", { n: data.old.length }), t("delete.sure"), t("delete")))) return;
  for (const id of data.old) if (await attempt(() => api("DELETE", `/api/jobs/${id}`))) jobs = jobs.filter((one) => one.id !== id);
  $("old").hidden = true;
  list();
});

async function find() {
  const asked = new URLSearchParams({ words: $("words").value, state: $("state").value });
  const found = await attempt(() => api("GET", `/api/jobs?${asked}`));
  if (found) { jobs = found; list(); }
}
let typing;
$("words").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(find, 200); });
$("state").addEventListener("change", find);
$("find").addEventListener("submit", (event) => { event.preventDefault(); find(); });

list();
hearJobs((job) => {
  const at = jobs.findIndex((one) => one.id === job.id);
  if (at >= 0) { jobs[at] = job; show(job); }
  else if (["video", "music", "evaluate"].includes(job.kind) && !$("words").value && !$("state").value) { jobs.unshift(job); list(); }
});
