// The pieces that were written for a clip: all play on one clock, and are switched at the same moment.

import { $, api, clock, el, hearJobs, t, toast } from "./studio.js";

const ROWS = 128;

/** The notes of a piece over the film's time, drums along the bottom. */
function drawRoll(canvas, tracks, length) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 400, canvas.clientHeight || 84];
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colours = ["--accent", "--well", "--bad", "--soft"].map((name) => style.getPropertyValue(name).trim());
  const pitches = tracks.filter((track) => !track.drum).flatMap((track) => track.notes.map((note) => note[2]));
  const [low, high] = pitches.length ? [Math.min(...pitches), Math.max(...pitches)] : [0, ROWS - 1];
  const span = Math.max(high - low + 1, 12), floor = height - 12;
  tracks.forEach((track, k) => {
    pen.fillStyle = track.drum ? style.getPropertyValue("--faint").trim() : colours[k % colours.length];
    for (const [from, to, pitch] of track.notes) {
      const x = (from / length) * width;
      if (track.drum) pen.fillRect(x, height - 3 - (pitch % 3) * 3, 1.5, 2.4);
      else pen.fillRect(x, 3 + ((high - pitch) / span) * (floor - 6), Math.max(((to - from) / length) * width - 0.6, 1.2), Math.max((floor - 6) / span, 1.8));
    }
  });
}

function figures(piece) {
  return [
    piece.key,
    t("piece.worth", { n: Math.round(100 * piece.worth) }),
    piece.sync_z === null ? null : t("piece.sync", { n: (piece.sync_z > 0 ? "+" : "") + piece.sync_z.toFixed(1) }),
    t("piece.busy", { n: piece.onsets_per_bar }),
  ].filter(Boolean).join(" · ");
}

/** Show a run's pieces; `ask` asks the server for something to be done with the run. */
export function showPieces(node, job, ask) {
  const count = job.facts.pieces.length;
  const film = el("video", { muted: true, playsinline: true, preload: "auto", "aria-label": job.title });
  film.muted = true;
  const player = new Player(film, () => {});
  const play = el("button", { class: "round", "aria-label": t("play"), disabled: true, onclick: () => (player.playing ? player.pause() : player.play()) }, "▶");
  const seek = el("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": t("place"), disabled: true, oninput: () => player.seek((seek.value / 1000) * player.length) });
  const time = el("output", {}, "0:00");
  const cards = job.facts.pieces.map((piece, k) => {
    const roll = el("canvas", { role: "img", "aria-label": t("piece.roll", { n: k + 1 }) });
    const head = el("i", { class: "needle" });
    const pick = el("button", { class: "pick", "aria-pressed": String(k === 0), onclick: () => choose(k) },
      el("strong", {}, `${k + 1}`), el("span", {}, t("piece", { n: k + 1 }), k === 0 ? el("em", {}, ` · ${t("piece.best")}`) : null));
    const take = el("button", { class: "quiet small", onclick: () => deliver(k + 1) }, t("piece.choose"));
    const vary = el("button", { class: "quiet small", onclick: () => ask("more", { like: k + 1 }) }, t("piece.vary"));
    const card = el("li", { class: "piece" }, pick, el("div", { class: "roll" }, roll, head), el("p", { class: "facts" }, figures(piece)), el("div", { class: "acts" }, take, vary));
    return { card, pick, roll, head, take };
  });
  const fault = el("p", { class: "fault", role: "alert" });
  node.replaceChildren(
    el("div", { class: "stage side" }, film),
    el("div", { class: "card deck transport" }, play, seek, time, el("p", { class: "keys" }, t("pieces.keys"))),
    fault, el("ol", { class: "pieces" }, cards.map((one) => one.card)));
  node.hidden = false;

  function choose(track) {
    player.choose(track);
    cards.forEach((one, k) => one.pick.setAttribute("aria-pressed", k === player.current));
  }

  let delivery = null;
  async function deliver(rank) {
    const made = await ask("choose", { rank });
    if (!made) return;
    delivery = made.id;
    mark(rank);
  }

  /** Which piece is the run's, and which is being delivered. */
  function mark(coming = 0) {
    cards.forEach(({ take, card }, k) => {
      const is = job.facts.chosen === k + 1 && job.files.includes("stems");
      take.textContent = coming === k + 1 ? t("piece.choosing") : is ? `✓ ${t("piece.chosen")}` : t("piece.choose");
      take.disabled = is || coming > 0;
      card.classList.toggle("chosen", is);
    });
  }

  hearJobs((news) => {
    if (news.id !== delivery || !["done", "failed", "stopped"].includes(news.state)) return;
    delivery = null;
    if (news.state !== "done") toast(news.problem || t("failed.title"), true);
    mark();
  });

  async function load() {
    const rolls = await api("GET", `/files/${job.id}/rolls`);
    const sounds = cards.map((_, k) => `/files/${job.id}/piece-${k + 1}`);
    await player.load(`/files/${job.id}/silent`, sounds);
    play.disabled = seek.disabled = false;
    const paint = () => cards.forEach(({ roll }, k) => drawRoll(roll, rolls[k], player.length));
    paint();
    window.addEventListener("resize", paint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  }

  document.addEventListener("keydown", (event) => {
    if (play.disabled || event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    if (event.key === " " && event.target.tagName !== "BUTTON") play.click();
    else if (/^[1-9]$/.test(event.key) && Number(event.key) <= count) choose(Number(event.key) - 1);
    else if (event.key === "ArrowLeft") player.seek(player.place() - 2);
    else if (event.key === "ArrowRight") player.seek(player.place() + 2);
    else return;
    event.preventDefault();
  });

  setInterval(() => {
    const place = player.place(), share = player.length ? place / player.length : 0;
    play.textContent = player.playing ? "❚❚" : "▶";
    play.setAttribute("aria-label", t(player.playing ? "pause" : "play"));
    time.textContent = clock(place);
    if (document.activeElement !== seek || player.playing) seek.value = 1000 * share;
    for (const { head } of cards) head.style.left = `${100 * share}%`;
  }, 50);

  load().catch(() => (fault.textContent = t("song.unplayable")));
  mark();
  window.player = player; // for whoever measures it
  return { news(now) { job = now; if (!delivery) mark(); } };
}
