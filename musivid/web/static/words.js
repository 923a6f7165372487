// Time the words of a song: a tap at each line, or at each word, while it plays.

import { $, LYRICS, SONGS, api, attempt, clock, data, dropPlace, el, hearJobs, songCard, t, toast } from "./studio.js";

const UNSURE = 0.5; // confidence below which a line is marked, as in settings/lyrics.py

let song = null, heard = null, lines = [], at = 0, word = 0, chosen = 0;
const past = []; // states to go back to
const audio = $("audio");

// What is brought.

const songPlace = dropPlace($("song"), { kind: "song", accept: SONGS, label: t("song.drop"), hint: t("song.hint"), taken: takeSong, shown: songCard });
dropPlace($("file"), {
  kind: "lyrics", accept: LYRICS, label: t("lyrics.drop"), hint: "TXT · LRC · SRT · VTT",
  taken: (found) => takeWords(found), shown: (found) => el("div", { class: "brought" }, el("strong", {}, found.title)),
});

function takeSong(found) {
  song = found;
  audio.src = `/inputs/${song.id}/file`;
  listen();
  ready();
}

async function takeWords(found) {
  if (found.kind === "words") $("text").value = found.facts.text;
  else {
    const text = await (await fetch(`/inputs/${found.id}/lyrics.json`)).json();
    $("text").value = text.filter((cue) => cue.text).map((cue) => cue.text).join("\n");
    lines = text.filter((cue) => cue.text).map((cue) => ({ text: cue.text, start: cue.start_s, words: cue.words?.map((w) => w.start_s) ?? [], unsure: cue.confidence < UNSURE }));
  }
  ready();
}

const ready = () => ($("start").disabled = !song || !$("text").value.trim());
$("text").addEventListener("input", ready);

async function listen() {
  const job = await attempt(() => api("POST", "/api/hear", { song: song.id }));
  if (!job) return;
  const take = (news) => { if (news.state === "done") { heard = news.facts; draw(); } };
  if (job.state === "done") take(job);
  else hearJobs((news) => news.id === job.id && take(news), job.change);
}

$("start").addEventListener("click", () => {
  const texts = $("text").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const known = new Map();
  for (const line of lines) known.set(line.text, [...(known.get(line.text) ?? []), line]);
  lines = texts.map((text) => known.get(text)?.shift() ?? { text, start: null, words: [] }); // a refrain has its times in turn
  at = lines.findIndex((line) => line.start === null);
  if (at < 0) at = lines.length;
  chosen = Math.max(0, lines.findIndex((line) => line.unsure));
  past.length = 0;
  for (const id of ["bring", "begin"]) $(id).hidden = true;
  $("desk").hidden = false;
  list();
  resize();
  $("tap").focus();
});

// Taps.

function keep() {
  past.push(JSON.stringify({ lines, at, word }));
  if (past.length > 500) past.shift();
}

function back() {
  const state = past.pop();
  if (!state) return;
  ({ lines, at, word } = JSON.parse(state));
  list();
}

function tap() {
  if (audio.paused) { play(); return; }
  if (at >= lines.length) return;
  keep();
  const now = Math.max(0, audio.currentTime - 0.02);
  const line = lines[at];
  line.unsure = false;
  const many = line.text.split(/\s+/).length;
  if ($("unit").value === "word") {
    if (word === 0) { line.start = now; line.words = []; }
    line.words[word] = now;
    word += 1;
    if (word >= many) { word = 0; at += 1; }
  } else {
    line.start = now;
    line.words = [];
    at += 1;
  }
  chosen = Math.min(at, lines.length - 1);
  list();
}

function nudge(seconds) {
  const index = chosen < lines.length && lines[chosen].start !== null ? chosen : at - 1;
  const line = lines[index];
  if (!line || line.start === null) return;
  keep();
  const moved = Math.max(0, line.start + seconds) - line.start;
  line.start += moved;
  line.words = line.words.map((time) => time + moved);
  line.unsure = false;
  list();
}

function doubt() {
  const order = [...lines.keys()].map((n) => (chosen + 1 + n) % lines.length);
  const next = order.find((n) => lines[n].unsure);
  if (next === undefined) return;
  chosen = next;
  seek(Math.max(0, lines[next].start - 2));
  list();
}

function snap() {
  const beats = heard?.beats_s ?? [];
  if (!beats.length) { toast(t("no.beats")); return; }
  keep();
  const half = beats.flatMap((beat, n) => (n + 1 < beats.length ? [beat, (beat + beats[n + 1]) / 2] : [beat]));
  for (const line of lines) {
    if (line.start === null) continue;
    const near = half.reduce((best, one) => (Math.abs(one - line.start) < Math.abs(best - line.start) ? one : best));
    const moved = near - line.start;
    if (Math.abs(moved) > 0.25) continue;
    line.start = near;
    line.words = line.words.map((time) => time + moved);
  }
  list();
  toast(t("snapped"));
}

function seek(seconds) { audio.currentTime = Math.max(0, Math.min(audio.duration || 0, seconds)); draw(); }
function play() { if (audio.paused) audio.play(); else audio.pause(); }

$("tap").addEventListener("click", tap);
$("undo").addEventListener("click", back);
$("snap").addEventListener("click", snap);
$("doubt").addEventListener("click", doubt);
$("play").addEventListener("click", play);
$("speed").addEventListener("change", () => { audio.playbackRate = Number($("speed").value); });
$("unit").addEventListener("change", () => { word = 0; list(); });
for (const name of ["play", "pause"]) audio.addEventListener(name, () => { $("play").textContent = audio.paused ? "▶" : "❚❚"; $("play").setAttribute("aria-label", t(audio.paused ? "play" : "pause")); });
audio.addEventListener("error", () => toast(t("song.unplayable"), true));

document.addEventListener("keydown", (event) => {
  if ($("desk").hidden || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName)) return;
  const act = { " ": tap, Backspace: back, ArrowLeft: () => nudge(-0.05), ArrowRight: () => nudge(0.05), p: play, ArrowUp: () => seek(audio.currentTime - 3), ArrowDown: () => seek(audio.currentTime + 3) }[event.key]
    ?? (event.key === "z" && (event.ctrlKey || event.metaKey) ? back : null);
  if (!act || (event.key === " " && event.target.tagName === "BUTTON" && event.target.id !== "tap")) return;
  event.preventDefault();
  if (!event.repeat || event.key !== " ") act();
});
document.addEventListener("keyup", (event) => event.key === " " && event.target.id === "tap" && event.preventDefault());

// The lines.

function list() {
  $("lines").replaceChildren(...lines.map((line, index) => {
    const time = el("input", { value: line.start === null ? "" : clock(line.start, 2), "aria-label": `${t("time")}: ${line.text}`, inputmode: "decimal", placeholder: "–:––", onchange: () => retime(index, time.value) });
    const timed = $("unit").value === "word" && index === at;
    const shown = line.text.split(/\s+/).map((text, n) => el("span", { class: line.words[n] !== undefined || (timed && n < word) ? "sung" : timed && n === word ? "next" : "" }, `${text} `));
    if (line.unsure) shown.unshift(el("span", { class: "doubt", title: t("line.unsure") }, "? "));
    return el("li", { class: index === at || (line.unsure && index === chosen) ? "now" : line.start !== null ? "timed" : "", "data-line": index },
      time, el("button", { class: "text", onclick: () => { chosen = index; if (line.start !== null) seek(line.start); else at = index; word = 0; list(); } }, shown),
      el("button", { class: "quiet small", "aria-label": `${t("from.here")}: ${line.text}`, onclick: () => { at = chosen = index; word = 0; if (line.start !== null) seek(Math.max(0, line.start - 2)); list(); } }, t("from.here")));
  }));
  $("lines").querySelector(".now")?.scrollIntoView({ block: "nearest" });
  const timed = lines.filter((line) => line.start !== null).length;
  const unsure = lines.filter((line) => line.unsure).length;
  $("say").textContent = t("lines.timed", { n: timed, of: lines.length }) + (unsure ? ` · ${t("lines.unsure", { n: unsure })}` : "");
  $("doubt").hidden = !unsure;
  for (const id of ["save", "on"]) $(id).disabled = !timed;
  $("undo").disabled = !past.length;
  $("downloads").hidden = true;
  draw();
}

function retime(index, text) {
  const parts = text.trim().split(":").map(Number);
  if (text.trim() && (parts.some(Number.isNaN) || parts.length > 3)) { toast(t("no.time"), true); list(); return; }
  keep();
  lines[index].start = text.trim() ? parts.reduce((sum, part) => sum * 60 + part, 0) : null;
  lines[index].words = [];
  lines[index].unsure = false;
  list();
}

// The wave.

const canvas = $("wave");
let view = 0;
const WIDE_S = 20;

function resize() {
  const ratio = devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = 150 * ratio;
  draw();
}
addEventListener("resize", resize);

function draw() {
  if ($("desk").hidden || !canvas.width) return;
  const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(name).trim();
  const pen = canvas.getContext("2d"), w = canvas.width, h = canvas.height, ratio = devicePixelRatio || 1;
  const whole = heard?.duration_s ?? audio.duration ?? 1, now = audio.currentTime;
  const wide = Math.min(WIDE_S, whole || WIDE_S);
  view = Math.max(0, Math.min(now - wide * 0.35, whole - wide));
  const x = (time) => ((time - view) / wide) * w;
  pen.clearRect(0, 0, w, h);
  for (const [times, height, name] of [[heard?.beats_s, 0.1, "--line"], [heard?.downbeats_s, 0.22, "--faint"]])
    for (const time of times ?? []) if (time >= view && time <= view + wide) { pen.fillStyle = colour(name); pen.fillRect(x(time), h * (1 - height), ratio, h * height); }
  if (heard) {
    const step = heard.duration_s / heard.wave.length, middle = h * 0.5;
    for (let n = Math.floor(view / step); n < Math.min(heard.wave.length, (view + wide) / step + 1); n++) {
      const tall = Math.max(ratio, (heard.wave[n] / 100) * h * 0.62);
      pen.fillStyle = colour(n * step < now ? "--accent" : "--faint");
      pen.fillRect(x(n * step), middle - tall / 2, Math.max(ratio, x(view + step) * 0.7), tall);
    }
  }
  pen.font = `${12 * ratio}px system-ui`;
  lines.forEach((line, index) => {
    if (line.start === null || line.start < view - 4 || line.start > view + wide) return;
    pen.fillStyle = colour(index === chosen ? "--accent" : "--ink");
    pen.fillRect(x(line.start), 0, (index === chosen ? 2 : 1) * ratio, h);
    pen.fillText(line.text.slice(0, 24), x(line.start) + 5 * ratio, 14 * ratio + (index % 2) * 15 * ratio);
    for (const time of line.words.slice(1)) pen.fillRect(x(time), h * 0.85, ratio, h * 0.15);
  });
  pen.fillStyle = colour("--bad");
  pen.fillRect(x(now) - ratio, 0, 2 * ratio, h);
  $("clock").textContent = clock(now, 2);
}

canvas.addEventListener("pointerdown", (event) => {
  const box = canvas.getBoundingClientRect();
  const whole = heard?.duration_s ?? audio.duration ?? WIDE_S;
  const time = view + ((event.clientX - box.left) / box.width) * Math.min(WIDE_S, whole);
  const near = lines.findIndex((line) => line.start !== null && Math.abs(line.start - time) < 0.25);
  if (near < 0) { seek(time); return; }
  chosen = near;
  keep();
  const before = lines[near].start, words = [...lines[near].words];
  canvas.setPointerCapture(event.pointerId);
  const drag = (moved) => {
    const to = view + ((moved.clientX - box.left) / box.width) * Math.min(WIDE_S, whole);
    lines[near].start = Math.max(0, to);
    lines[near].unsure = false;
    lines[near].words = words.map((one) => one + lines[near].start - before);
    draw();
  };
  canvas.addEventListener("pointermove", drag);
  canvas.addEventListener("pointerup", () => { canvas.removeEventListener("pointermove", drag); list(); }, { once: true });
});

(function turn() {
  if (!audio.paused) {
    draw();
    for (const item of $("lines").children) {
      const n = Number(item.dataset.line), line = lines[n];
      const next = lines.slice(n + 1).find((one) => one.start !== null)?.start ?? Infinity;
      item.classList.toggle("singing", line.start !== null && line.start <= audio.currentTime && audio.currentTime < next);
    }
  }
  requestAnimationFrame(turn);
})();

// Saving.

async function save() {
  const timed = lines.filter((line) => line.start !== null).sort((a, b) => a.start - b.start);
  const cues = timed.map((line) => {
    const texts = line.text.split(/\s+/), whole = line.words.length === texts.length;
    return { start_s: round(line.start), text: line.text, words: whole ? line.words.map((time, n) => [round(time), texts[n]]) : [] };
  });
  const title = `${(song.facts.title || song.title.replace(/\.\w+$/, "")).slice(0, 55)}.json`;
  return attempt(() => api("POST", "/api/lyrics", { title, cues }));
}
const round = (time) => Math.round(1000 * time) / 1000;

$("save").addEventListener("click", async () => {
  const kept = await save();
  if (!kept) return;
  $("downloads").replaceChildren(...["lrc", "srt", "vtt", "json"].map((form) => el("a", { class: "button quiet small", href: `/inputs/${kept.id}/lyrics.${form}`, download: true }, form.toUpperCase())));
  $("downloads").hidden = false;
});
$("on").addEventListener("click", async () => {
  const kept = await save();
  if (kept) location.href = `/video?song=${song.id}&lyrics=${kept.id}`;
});
addEventListener("beforeunload", (event) => { if (past.length && !$("desk").hidden && $("downloads").hidden && !$("on").matches(":focus")) event.preventDefault(); });

if (data.brought.song) { songPlace.full(data.brought.song); takeSong(data.brought.song); }
if (data.brought.words?.kind === "words") { $("text").value = data.brought.words.facts.text; ready(); }
