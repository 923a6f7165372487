// The gallery of runs.

import { $, ago, api, attempt, clock, data, el, hearJobs, stageText, sure, t } from "./studio.js";

let jobs = data.jobs;
const cards = new Map();

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
      source ? el("img", { src: source, alt: "", loading: "lazy" }) : el("i", { class: `none ${job.kind}` }),
      el("span", { class: `state ${job.state}` }, job.state === "running" ? stageText(job) : t(`state.${job.state}`)),
      job.state === "running" ? el("span", { class: "thin" }, (() => { const bar = el("i"); if (share) bar.style.width = share; return bar; })()) : null),
    el("div", { class: "under" },
      el("a", { href: `/runs/${job.id}`, class: "title" }, job.title),
      el("span", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      el("div", { class: "acts" },
        el("a", { class: "button quiet small", href: `/${job.kind === "video" ? "video" : "music"}?again=${job.id}` }, t("reuse")),
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
  else if (["video", "music"].includes(job.kind) && !$("words").value && !$("state").value) { jobs.unshift(job); list(); }
});
