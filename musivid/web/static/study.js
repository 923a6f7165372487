// One listening study: previewed, opened, watched, reported.

import { $, Refused, ago, api, attempt, clock, data, el, failure, hearJobs, showFaults, showMeter, sure, t, toast } from "./studio.js";

let study = data.study;
const base = `/api/studies/${study.id}`;
const PACE_MS = 3000;

function show(news) {
  study = news;
  const { job, progress, facts } = study;
  const busy = study.state === "preparing";
  $("busy").hidden = !busy;
  if (busy && job) showMeter($("busy"), job);
  $("failed").hidden = study.state !== "failed";
  if (study.state === "failed") $("failed").replaceChildren(...failure(study.problem ? { problem: study.problem } : job ?? { problem: "" }).filter(Boolean));
  const made = job?.state === "done";
  $("both").hidden = $("will").hidden = !made;
  $("found").hidden = !made || !progress?.trials;
  $("state").textContent = t(`study.is.${study.state}`);
  $("state").className = `tag is-${study.state}`;
  $("facts").textContent = [facts.clips ? t("study.size", { clips: facts.clips, systems: facts.systems.length }) : null, facts.systems?.join(", "), ago(study.created_s)].filter(Boolean).join(" · ");
  acts();
  if (!made) return;
  door();
  far();
  will();
  found();
}

const kept = new Map(); // what each part was drawn from, so that nobody's typing is lost
function drawn(node, what, draw) {
  const key = JSON.stringify(what);
  if (kept.get(node) === key) return;
  kept.set(node, key);
  $(node).replaceChildren(...draw().flat().filter(Boolean));
}

function acts() {
  const began = study.progress?.began > 0;
  drawn("acts", [study.state, began], () => [
    study.job?.state === "done" ? el("button", { class: "quiet", onclick: preview }, t("study.preview")) : null,
    began || ["open", "starting", "preparing"].includes(study.state) ? null : el("a", { class: "button quiet", href: `/studies/${study.id}/edit` }, t("study.edit")),
    el("a", { class: "button quiet", href: `/studies/new?again=${study.id}` }, t("study.copy")),
    ["open", "starting"].includes(study.state) ? null : el("button", { class: "quiet", onclick: remove }, t("delete")),
    ["failed", "stopped"].includes(study.job?.state) ? el("button", { class: "main", onclick: () => attempt(() => api("POST", `/api/jobs/${study.job.id}/go-on`)).then(look) }, t("go.on")) : null,
  ]);
}

/** The pages in a window of their own: the address is known once they answer. */
async function preview(event) {
  const button = event.target;
  const page = window.open("", "_blank");
  button.disabled = true;
  try {
    for (;;) {
      const { port } = await api("POST", `${base}/preview`);
      if (port) { place(page, `${location.protocol}//${location.hostname}:${port}/`); break; }
      await new Promise((done) => setTimeout(done, 400));
    }
  } catch (error) {
    page?.close();
    if (!(error instanceof Refused)) throw error;
    toast(error.message, true);
  }
  button.disabled = false;
}

function place(page, address) {
  if (page) page.location.replace(address);
  else location.href = address;
}

async function remove() {
  const n = study.progress?.began ?? 0;
  if (!(await sure($("sure"), t("study.delete.sure"), n ? t("study.delete.answers", { n }) : study.title, t("delete")))) return;
  if (await attempt(() => api("DELETE", base))) location.href = "/studies";
}

function door() {
  drawn("door", [study.state, study.link, study.reach], () => (["open", "starting"].includes(study.state) ? opened() : closed()));
}

function opened() {
  const link = study.link;
  const copy = () => navigator.clipboard?.writeText(link).then(() => toast(t("copied")), () => getSelection().selectAllChildren($("link")));
  return [
    link ? el("p", {}, el("a", { id: "link", href: link, target: "_blank", rel: "noopener" }, link)) : el("p", { class: "hint" }, t("starting")),
    el("p", { class: "hint" }, t("study.open.hint")),
    el("div", { class: "acts" },
      link ? el("button", { class: "quiet", onclick: copy }, t("copy")) : null,
      el("button", { class: "quiet", id: "close", onclick: () => ask("close", {}) }, t("study.close"))),
  ];
}

function closed() {
  const network = el("input", { type: "checkbox", id: "network" });
  network.checked = !["127.0.0.1", ""].includes(study.reach.host);
  const url = el("input", { type: "url", id: "url", inputmode: "url", value: study.reach.url, placeholder: t("study.url.example") });
  const form = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); ask("open", { network: network.checked, url: url.value }, form); } },
    el("label", { class: "check" }, network, el("span", {}, t("study.network"))),
    el("div", { class: "field" }, el("label", { for: "url" }, t("study.url")), url, el("p", { class: "fault", "data-fault": "url" })),
    el("p", { class: "hint" }, t("study.url.hint")),
    el("p", { class: "fault", "data-fault": "" }),
    el("div", { class: "acts" }, el("button", { class: "main", id: "open" }, t(study.state === "closed" ? "study.reopen" : "study.open"))));
  return [form];
}

async function ask(what, body, form = null) {
  const news = await attempt(() => api("POST", `${base}/${what}`, body), form);
  if (news) show(news);
}

function far() {
  const p = study.progress ?? { began: 0, finished: 0, trials: 0, least: 0 };
  const wanted = study.spec.settings.raters ?? 20;
  drawn("far", [p], () => [
    el("dl", { class: "numbers" },
      [["study.finished", `${p.finished} / ${wanted}`], ["study.began", p.began], ["study.answers", p.trials], ["study.least", p.least]].map(([key, value]) =>
        el("div", {}, el("dd", {}, String(value)), el("dt", {}, t(key))))),
    el("div", { class: "meter", role: "progressbar", "aria-label": t("study.finished"), "aria-valuenow": Math.min(100, Math.round((100 * p.finished) / wanted)) }, bar(Math.min(1, p.finished / wanted))),
    el("p", { class: "hint" }, p.latest_s ? t("study.latest", { ago: ago(p.latest_s) }) : t("study.nobody")),
  ]);
}

function bar(share) {
  const node = el("i");
  node.style.width = `${100 * share}%`;
  return node;
}

function will() {
  const f = study.facts;
  $("plan").textContent = t("study.plan", { trials: f.trials, span: clock(f.session_s), each: f.ratings_each.toFixed(1), width: f.half_width.toFixed(2) });
  $("doubts").replaceChildren(...f.doubts.map((doubt) => el("p", { class: "note" }, doubt)));
}

function found() {
  const { report } = study;
  const state = report?.state ?? "none";
  const fresh = state === "done" && report.ended_s > (study.progress.latest_s ?? 0);
  drawn("takes", [state, fresh], () => [
    el("button", { class: fresh ? "quiet" : "main", id: "report", disabled: ["waiting", "running"].includes(state), onclick: make }, t(state === "none" ? "study.report" : "study.report.again")),
    state === "done" ? el("a", { class: "button quiet", href: `/files/${report.id}/export?download=true`, download: true }, t("file.export")) : null,
  ]);
  drawn("result", [state, report?.id, report?.problem], () => {
    if (state === "done") return [el("iframe", { class: "report", sandbox: "", src: `/files/${report.id}/report`, title: t("report") })];
    if (state === "failed") return failure(report);
    return [el("p", { class: "hint" }, state === "none" ? t("study.report.hint") : t("study.reporting"))];
  });
}

async function make() {
  if (await attempt(() => api("POST", `${base}/report`))) look();
}

async function look() {
  const news = await api("GET", base).catch(() => null);
  if (news) show(news);
}

show(study);
hearJobs((job) => {
  if (job.id === study.job?.id && job.state === "running") { study.job = job; showMeter($("busy"), job); }
  else if (["stimuli", "report"].includes(job.kind)) look();
});
setInterval(() => !document.hidden && look(), PACE_MS);
