// All listening studies.

import { $, ago, data, el, t } from "./studio.js";

function said(study) {
  const { progress, facts } = study;
  return [
    facts.clips ? t("study.size", { clips: facts.clips, systems: facts.systems.length }) : null,
    progress?.began ? t("study.people", { n: progress.finished, of: progress.began }) : null,
    ago(study.created_s),
  ].filter(Boolean).join(" · ");
}

$("studies").replaceChildren(...data.studies.map((study) =>
  el("li", { class: "card" },
    el("div", {}, el("a", { class: "title", href: `/studies/${study.id}` }, study.title), el("p", { class: "facts" }, said(study))),
    el("span", { class: `tag is-${study.state}` }, t(`study.is.${study.state}`)))));
$("none").hidden = data.studies.length > 0;
