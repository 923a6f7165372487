// What all pages share: words, elements, talk with the server, and what is brought to it.

const told = JSON.parse(document.getElementById("data").textContent);
export const data = told.data;

/** A text of the reader's language; {name} stands for a value. */
export function t(key, values = {}) {
  const text = told.texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; what begins with "on" is listened for. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** What went wrong, with the faults of a form where there are some. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.detail ?? body.faults?.map((fault) => fault.message).join("; ") ?? String(status));
    this.status = status;
    this.faults = body.faults ?? [];
  }
}

export async function api(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new Refused(0, { detail: t("gone") });
  });
  const type = answer.headers.get("content-type") ?? "";
  const said = type.includes("json") ? await answer.json() : { detail: await answer.text() };
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

/** Bring a file; `moving` is told how much of it is there, 0 to 1. */
export function bring(kind, file, moving = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const name = file.name ?? "lyrics.txt";
    request.open("POST", `/api/inputs?kind=${kind}&name=${encodeURIComponent(name)}`);
    request.upload.onprogress = (event) => event.total && moving(event.loaded / event.total);
    request.onerror = () => reject(new Refused(0, { detail: t("gone") }));
    request.onload = () => {
      let said = { detail: request.responseText };
      try { said = JSON.parse(request.responseText); } catch { /* a word, no JSON */ }
      if (request.status < 300) resolve(said);
      else reject(new Refused(request.status, said));
    };
    request.send(file);
  });
}

let toasted;
export function toast(text, bad = false) {
  const node = $("toast");
  node.textContent = text;
  node.className = bad ? "shown bad" : "shown";
  clearTimeout(toasted);
  toasted = setTimeout(() => (node.className = ""), bad ? 8000 : 3500);
}

/** Do something that the server may refuse, and say so. */
export async function attempt(what, faults = null) {
  try {
    return await what();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (faults) showFaults(faults, error);
    else toast(error.message, true);
    return null;
  }
}

/** Put faults to their fields. */
export function showFaults(root, error) {
  clearFaults(root);
  const left = [];
  let first = null;
  for (const fault of error.faults) {
    const place = root.querySelector(`[data-fault="${CSS.escape(fault.key)}"]`);
    if (!place || !fault.key) { left.push(fault.key ? `${fault.key}: ${fault.message}` : fault.message); continue; }
    place.textContent = fault.message;
    const details = place.closest("details");
    if (details) details.open = true;
    first ??= place;
  }
  if (!error.faults.length) left.push(error.message);
  const rest = root.querySelector('[data-fault=""]');
  if (rest && left.length) { rest.textContent = left.join(" · "); first ??= rest; }
  first?.scrollIntoView({ block: "center", behavior: "smooth" });
}

export function clearFaults(root) {
  for (const place of root.querySelectorAll("[data-fault]")) place.textContent = "";
}

// Times.

export function clock(seconds, digits = 0) {
  const unit = 10 ** digits;
  const whole = Math.round(Math.max(0, seconds) * unit);
  const minutes = Math.floor(whole / unit / 60);
  const rest = (whole / unit - minutes * 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return minutes >= 60
    ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`
    : `${minutes}:${rest}`;
}

export function span(seconds) {
  if (seconds < 90) return t("span.s", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return t("span.min", { n: Math.round(seconds / 60) });
  return t("span.h", { n: (seconds / 3600).toFixed(1) });
}

export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  return passed < 60 ? t("just.now") : t("ago", { span: span(passed) });
}

// Jobs.

/** What stands where a run has no picture yet: the icon of its kind's page. */
export function blank(kind) {
  const icon = document.querySelector(`nav a[href="/${kind}"] svg`)?.cloneNode(true);
  return el("i", { class: `none ${kind}` }, icon);
}

/** Seconds that a stage will still take, by its pace so far; null: not to be said yet. */
export function left(job) {
  const made = job.done - job.stage_from;
  const passed = Date.now() / 1000 - job.stage_s;
  if (!job.total || made <= 0 || passed < 2) return null;
  return ((job.total - job.done) * passed) / made;
}

export function stageText(job) {
  if (job.state === "waiting") return job.ahead ? t("waiting.behind", { n: job.ahead }) : t("state.waiting");
  if (job.asked === "stop") return t("stopping");
  if (!job.stage) return t("starting");
  const name = told.texts[`stage.${job.stage}`] ?? job.stage;
  const amount = job.total ? ` · ${job.done} / ${job.total}` : "";
  const rest = left(job);
  return name + amount + (rest === null ? "" : ` · ${t("left", { span: span(rest) })}`);
}

/** Show how far a job is in a card with a meter. */
export function showMeter(card, job) {
  const meter = card.querySelector(".meter");
  const share = job.state === "running" && job.total ? Math.min(1, job.done / job.total) : null;
  meter.classList.toggle("unknown", share === null);
  meter.firstElementChild.style.width = share === null ? "" : `${100 * share}%`;
  if (share === null) meter.removeAttribute("aria-valuenow");
  else meter.setAttribute("aria-valuenow", Math.round(100 * share));
  card.querySelector("p").textContent = stageText(job);
}

/** Hear of every change of a job, while somebody looks: a browser has few lines to one server. */
export function hearJobs(heard, after) {
  let source = null, seen = after;
  function open() {
    if (source || document.hidden) return;
    source = new EventSource(seen === undefined ? "/events" : `/events?after=${seen}`);
    source.addEventListener("job", (event) => {
      seen = Number(event.lastEventId);
      heard(JSON.parse(event.data));
    });
  }
  function close() { source?.close(); source = null; }
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  open();
  return { get dead() { return source?.readyState === EventSource.CLOSED; } };
}

/** Hear of one job; asks every two seconds where the line is dead. */
export function follow(job, heard) {
  const line = hearJobs((news) => news.id === job.id && heard(news), job.change);
  setInterval(async () => {
    if (!line.dead) return;
    const news = await api("GET", `/api/jobs/${job.id}`).catch(() => null);
    if (news) heard(news);
  }, 2000);
}

export function failure(job) {
  return [el("h2", {}, t("failed.title")), el("p", {}, job.problem), job.hint ? el("p", { class: "hint" }, job.hint) : null];
}

// What is brought.

const ICON = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 16V4M7 9l5-5 5 5"/><path d="M4 16v3a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-3"/></svg>';

/** Make a place where a file is dropped or chosen; `taken` is told of what the server found. */
export function dropPlace(node, { kind, accept, label, hint, taken, shown }) {
  const input = el("input", { type: "file", accept, class: "unseen", "aria-label": label });
  const fault = el("p", { class: "fault", role: "alert" });

  function empty() {
    const face = el("label", { class: "face" });
    face.innerHTML = ICON;
    face.append(el("strong", {}, label), el("span", {}, hint), input);
    node.replaceChildren(face, fault);
    node.classList.remove("full");
  }

  function full(found) {
    node.classList.add("full");
    fault.textContent = "";
    const change = el("label", { class: "button quiet" }, t("change"), input);
    node.replaceChildren(shown(found), change, fault);
  }

  async function take(file) {
    fault.textContent = "";
    const bar = el("i");
    const meter = el("div", { class: "meter" }, bar);
    node.replaceChildren(el("p", { class: "moving" }, file.name ?? ""), meter, fault);
    try {
      const found = await bring(kind, file, (share) => (bar.style.width = `${100 * share}%`));
      full(found);
      taken(found);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      empty();
      fault.textContent = error.message;
    }
  }

  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  for (const name of ["dragenter", "dragover"])
    node.addEventListener(name, (event) => { event.preventDefault(); node.classList.add("over"); });
  for (const name of ["dragleave", "drop"])
    node.addEventListener(name, (event) => { event.preventDefault(); node.classList.remove("over"); });
  node.addEventListener("drop", (event) => event.dataTransfer.files[0] && take(event.dataTransfer.files[0]));
  empty();
  return { take, full, empty };
}

for (const name of ["dragover", "drop"]) // a file beside the place would replace the page
  window.addEventListener(name, (event) => event.preventDefault());

export const SONGS = "audio/*,video/*,.mp3,.wav,.flac,.ogg,.opus,.m4a,.aac,.aiff,.wma,.mka";
export const LYRICS = ".lrc,.srt,.vtt,.csv,.tsv,.json,.jsonl,.txt,text/*";

export function songCard(found) {
  const facts = [found.facts.artist, found.facts.duration_s ? clock(found.facts.duration_s) : null, found.facts.codec];
  return el("div", { class: "brought" },
    el("strong", {}, found.facts.title || found.title),
    el("span", {}, facts.filter(Boolean).join(" · ")),
    el("audio", { controls: true, preload: "none", src: `/inputs/${found.id}/file`, "aria-label": found.title }));
}

// Choices.

/** Buttons of which one is pressed; arrows move, as among radio buttons. */
export function radios(node, choices, chosen, picked) {
  const buttons = choices.map(([value, face]) =>
    el("button", { type: "button", role: "radio", "data-value": value, onclick: () => choose(value, true) }, face));

  function choose(value, tell) {
    for (const button of buttons) {
      const on = button.dataset.value === String(value);
      button.setAttribute("aria-checked", on);
      button.tabIndex = on ? 0 : -1;
    }
    if (!buttons.some((button) => button.tabIndex === 0) && buttons[0]) buttons[0].tabIndex = 0;
    if (tell) picked(value);
  }

  node.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    choose(next.dataset.value, true);
  });
  node.replaceChildren(...buttons);
  choose(chosen, false);
  return { choose: (value) => choose(value, false) };
}

export const dice = () => Math.floor(Math.random() * 1e6);

/** Ask before something is lost; true if it is meant. */
export function sure(dialog, title, text, yes) {
  return new Promise((resolve) => {
    const end = (answer) => () => { dialog.close(); resolve(answer); };
    dialog.replaceChildren(el("h2", { id: "s-title" }, title), el("p", {}, text),
      el("div", { class: "acts" }, el("button", { class: "quiet", onclick: end(false), autofocus: true }, t("cancel")), el("button", { class: "danger", onclick: end(true) }, yes)));
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}
