// What was measured in films: the first figures beside chance, films that are switched, the report.

import { clock, el, t } from "./studio.js";

/** Where a figure lies against the band that chance gives (two deviations to each side). */
function gauge(figure) {
  const z = Math.max(-6, Math.min(6, figure.z));
  const node = el("i", { class: "gauge" }, el("b"));
  node.firstChild.style.left = `${50 + (z / 6) * 48}%`;
  return node;
}

function said(figure) {
  return t(figure.z > 2 ? "z.above" : figure.z < -2 ? "z.below" : "z.chance");
}

function table(rows) {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.figures)))];
  if (!keys.length) return el("p", { class: "note" }, t("figures.none"));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("figures") }, el("table", { class: "figures" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("film")), keys.map((key) => el("th", { scope: "col" }, t(`figure.${key}`))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.name), keys.map((key) => {
      const one = row.figures[key];
      return one ? el("td", {}, el("strong", {}, one.value.toFixed(3)), gauge(one), el("span", {}, `${said(one)} · ${t("by.chance", { n: one.chance_mean.toFixed(3) })}`)) : el("td", {}, "–");
    }))))));
}

/** Films that are switched as they play. */
function side(job) {
  const { systems, films, sounds } = job.facts.switched;
  const shown = Array.from({ length: films }, () => { const one = el("video", { playsinline: true, preload: "none", "aria-label": job.title }); one.muted = true; return one; });
  shown.slice(1).forEach((one) => (one.hidden = true));
  [shown[0].preload, shown[0].src] = ["metadata", `/files/${job.id}/side-film-0`];
  const player = new Player(shown, () => {});
  const fault = el("p", { class: "fault", role: "alert" });
  const play = el("button", { class: "round", "aria-label": t("play"), onclick: toggle }, "▶");
  const seek = el("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": t("place"), oninput: () => player.seek((seek.value / 1000) * player.length) });
  const time = el("output", {}, "0:00");
  const buttons = systems.map((name, k) => el("button", { class: "quiet", "aria-pressed": String(k === 0), onclick: () => choose(k) }, `${k + 1} · ${name}`));
  const address = (what, count) => Array.from({ length: count }, (_, n) => `/files/${job.id}/side-${what}-${n}`);
  let loaded = null;

  async function toggle() {
    if (player.playing) return player.pause();
    const wanted = player.current;
    try {
      loaded ??= player.load(address("film", films), address("sound", sounds));
      await loaded;
    } catch {
      loaded = null;
      fault.textContent = t("song.unplayable");
      return undefined;
    }
    choose(wanted);
    return player.play();
  }

  function choose(track) {
    if (loaded) player.choose(track);
    else player.current = track;
    buttons.forEach((one, k) => one.setAttribute("aria-pressed", k === track));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    if (event.key === " " && event.target.tagName !== "BUTTON") toggle();
    else if (/^[1-9]$/.test(event.key) && Number(event.key) <= systems.length) choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
  });
  setInterval(() => {
    play.textContent = player.playing ? "❚❚" : "▶";
    play.setAttribute("aria-label", t(player.playing ? "pause" : "play"));
    time.textContent = clock(player.place());
    if (player.playing) seek.value = (1000 * player.place()) / player.length;
  }, 100);
  return [el("div", { class: "stage side" }, shown), el("div", { class: "card" }, el("div", { class: "deck transport" }, play, seek, time), fault, el("div", { class: "acts" }, buttons), el("p", { class: "keys" }, t("pieces.keys")))];
}

/** Show what was measured. */
export function showFigures(node, job) {
  node.replaceChildren(
    ...(job.facts.switched ? side(job) : []),
    el("section", { class: "card" }, el("h2", {}, t("figures")), el("p", { class: "hint" }, t("figures.hint")), table(job.facts.rows)),
    el("section", { class: "card" }, el("h2", {}, t("report")), el("iframe", { class: "report", sandbox: "", src: `/files/${job.id}/report`, title: t("report"), loading: "lazy" })));
  node.hidden = false;
}
