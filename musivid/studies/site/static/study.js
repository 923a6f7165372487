"use strict";
// The way of a participant: checks of sound and picture, then one trial after the other, each sent when it is
// answered. The server alone knows where somebody is, so a reload goes on at the same trial.
const texts = JSON.parse(document.body.dataset.texts);
const base = `/p/${document.body.dataset.code}/`;
const at = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let trial = null;
let events = [];
let opened = 0;
let seeing = null;
let kept = []; // events of these checks, sent with the first trial

const tell = (what, detail) => {
  events.push([Math.round(performance.now() - opened), what, String(detail)]);
};
const player = new Player(at("film"), tell);
const screen = at("film").parentElement;

/** A word of the trial: of musics for a film, or of films for a music. */
const word = (music, picture) => texts[trial.vary === "picture" ? picture : music];
const choiceWord = (choice) => (["left", "right"].includes(choice) ? word(choice, `picture_${choice}`) : texts[choice]);

/** As many films as the trial has; the first is always there. */
function films() {
  for (const one of [...screen.querySelectorAll("video")].slice(1)) one.remove();
  player.films = addresses("films").map((_, k) => {
    if (!k) return at("film");
    const more = at("film").cloneNode(false);
    more.removeAttribute("id");
    more.muted = true;
    more.hidden = true;
    at("loading").before(more);
    return more;
  });
  at("film").hidden = false;
}

function complain(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

async function open() {
  complain("");
  const answer = await fetch(`${base}now`, { cache: "no-store" });
  if (!answer.ok) return complain(texts.again);
  const state = await answer.json();
  trial = state.trial;
  for (const id of ["stage", "answers", "over", "create"]) at(id).hidden = true;
  if (trial === null) {
    at("count").textContent = "";
    at("over").hidden = false;
    return undefined;
  }
  if (trial.position === 0 && !sessionStorage.getItem("hears")) return listen();
  return next();
}

function listen() {
  new Hearing(at("hearing"), texts, (found) => {
    sessionStorage.setItem("hears", found);
    kept.push([0, "hearing", found]);
    look();
  }).show();
}

function look() {
  seeing = new Seeing(at("seeing"), texts, (found) => {
    kept.push([0, "seeing", found]);
    next();
  });
  seeing.show();
}

/** A trial to be answered, or one whose music is still to be written. */
function next() {
  const done = trial.state === "done";
  at("create").hidden = done;
  count();
  return done ? show() : createClip(at("create"), { trial, texts, base, fill, again: open });
}

function count() {
  at("count").textContent = fill(texts.trial, { at: trial.position + 1, all: trial.trials });
  at("progress").setAttribute("aria-valuemax", trial.trials);
  at("progress").setAttribute("aria-valuenow", trial.position);
  at("progress").firstElementChild.style.width = `${(100 * trial.position) / trial.trials}%`;
}

async function show() {
  events = kept.splice(0);
  opened = performance.now();
  at("notice").hidden = !trial.training;
  at("notice").textContent = trial.training ? texts.training : "";
  at("stage").hidden = false;
  at("loading").hidden = false;
  at("play").disabled = at("seek").disabled = true;
  films();
  tracks();
  questions();
  const place = (name) => base + name;
  try {
    await player.load(addresses("films").map(place), addresses("sounds").map(place));
  } catch (error) {
    complain(texts.media_failed);
    return;
  }
  at("loading").hidden = true;
  at("play").disabled = at("seek").disabled = false;
}

/** What varies, by the name that the trial has for it. */
const varied = () => (trial.vary === "picture" ? "films" : "sounds");

/** The addresses of what is rated. */
const own = () => trial[varied()];

/** The addresses of all that can be chosen: after what is rated the open reference, if there is one. */
const addresses = (what) => (what === varied() && trial.reference ? [...trial[what], trial.reference] : trial[what]);

function tracks() {
  const box = at("tracks");
  box.replaceChildren();
  if (own().length < 2) return;
  addresses(varied()).forEach((_, k) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = k < own().length ? fill(word("music", "picture"), { n: k + 1 }) : texts.reference;
    button.onclick = () => choose(k);
    box.append(button);
  });
  mark();
}

function choose(track) {
  player.choose(track);
  mark();
}

function mark() {
  [...at("tracks").children].forEach((button, k) => {
    button.setAttribute("aria-pressed", String(k === player.current));
  });
}

function questions() {
  const form = at("answers");
  form.replaceChildren();
  const add = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    form.append(made);
    return made;
  };
  if (trial.asked_for !== null) add("p", fill(texts.instructed, { answer: asked() }), "notice");
  if (trial.design === "compare") choices(add);
  else if (trial.design === "multi") sliders(add);
  else if (trial.design === "create") own().forEach((_, k) => creations(add, k));
  else for (const question of trial.questions) form.append(radios(question, 0));
  add("p", word("hear_first", "picture_first"), "soft first");
  const button = add("button", texts.next, "main");
  button.disabled = true;
  form.hidden = false;
}

function asked() {
  if (trial.design === "compare") return choiceWord(trial.asked_for);
  const { values, words } = trial.scale;
  const word = values.length === words.length ? ` (${words[values.indexOf(trial.asked_for)]})` : "";
  return `${trial.asked_for}${word}`;
}

/** All questions of one of the musics. */
function creations(add, k) {
  const head = add("h2", "");
  const name = Object.assign(document.createElement("button"), { type: "button", textContent: fill(texts.music, { n: k + 1 }) });
  name.onclick = () => choose(k);
  head.append(name);
  for (const question of trial.questions) add("div", "").append(radios(question, k));
}

function radios(question, slot) {
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = question.text;
  set.append(legend);
  if (question.details) {
    const more = document.createElement("p");
    more.className = "soft";
    more.textContent = question.details;
    set.append(more);
  }
  if (trial.scale.values.length > 20) {
    set.append(slider(question.name, slot, question.text));
    return set;
  }
  const row = document.createElement("div");
  row.className = "scale";
  trial.scale.values.forEach((value, k) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: `${question.name}:${slot}`, value, required: true });
    Object.assign(input.dataset, { slot, question: question.name });
    const word = trial.scale.values.length === trial.scale.words.length ? trial.scale.words[k] : "";
    label.append(input, Object.assign(document.createElement("b"), { textContent: value }), word);
    row.append(label);
  });
  set.append(row);
  return set;
}

function slider(name, slot, said) {
  const box = document.createElement("div");
  box.className = "slider";
  const input = document.createElement("input");
  Object.assign(input, { type: "range", min: 0, max: 100, value: 50, name });
  input.dataset.slot = slot;
  input.setAttribute("aria-label", said);
  const shown = Object.assign(document.createElement("output"), { textContent: "-" });
  input.oninput = () => {
    input.dataset.set = "yes";
    shown.textContent = input.value;
    ready();
  };
  const words = document.createElement("div");
  words.className = "words";
  words.append(...trial.scale.words.map((word) => Object.assign(document.createElement("span"), { textContent: word })));
  box.append(input, shown, words);
  return box;
}

function sliders(add) {
  const question = trial.questions[0];
  add("h2", question.text);
  if (question.details) add("p", question.details, "soft");
  own().forEach((_, k) => {
    const row = add("div", "", "row");
    const name = Object.assign(document.createElement("button"), { type: "button", textContent: fill(word("music", "picture"), { n: k + 1 }) });
    name.onclick = () => choose(k);
    row.append(name, slider(question.name, k, fill(word("music", "picture"), { n: k + 1 })));
  });
}

function choices(add) {
  add("h2", word("which", "picture_which"));
  const row = add("div", "", "choices");
  for (const choice of ["left", "both", "neither", "right"]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "choice", value: choice, required: true });
    label.append(input, choiceWord(choice));
    row.append(label);
  }
}

function answered() {
  const form = at("answers");
  const needed = new Set([...form.querySelectorAll("input[type=radio]")].map((one) => one.name));
  const chosen = [...needed].every((name) => form.querySelector(`input[name="${CSS.escape(name)}"]:checked`));
  return chosen && [...form.querySelectorAll("input[type=range]")].every((one) => one.dataset.set);
}

function ready() {
  const button = at("answers").querySelector("button.main");
  if (!button) return;
  const heard = player.buffers.length > 0 && player.allHeard();
  at("answers").querySelector(".first").hidden = heard;
  button.disabled = !(heard && answered());
}

function given() {
  const form = at("answers");
  if (trial.design === "compare") return { choice: new FormData(form).get("choice") };
  const values = own().map(() => ({}));
  for (const one of form.querySelectorAll("input[type=range]")) values[one.dataset.slot][one.name] = Number(one.value);
  for (const one of form.querySelectorAll("input[type=radio]:checked")) values[one.dataset.slot][one.dataset.question] = Number(one.value);
  return { values };
}

at("answers").addEventListener("change", ready);
at("answers").addEventListener("submit", async (event) => {
  event.preventDefault();
  player.pause();
  const button = at("answers").querySelector("button.main");
  button.disabled = true;
  try {
    const answer = await fetch(`${base}answer`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ position: trial.position, events, ...given() }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    scrollTo(0, 0);
    await open();
  } catch (error) {
    complain(texts.again);
    button.disabled = false;
  }
});
at("play").onclick = () => (player.playing ? player.pause() : player.play());
at("seek").oninput = () => player.seek((at("seek").value / 1000) * player.length);
document.addEventListener("keydown", (event) => {
  if (at("stage").hidden || at("play").disabled || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = ["TEXTAREA", "SELECT"].includes(event.target.tagName);
  const inField = typing || event.target.tagName === "INPUT"; // there, arrows and space answer
  if (event.key === " " && event.target.tagName !== "BUTTON" && !inField) at("play").click();
  else if (/^[1-9]$/.test(event.key) && !typing) choose(Number(event.key) - 1);
  else if (event.key === "ArrowLeft" && !inField) player.seek(player.place() - 2);
  else if (event.key === "ArrowRight" && !inField) player.seek(player.place() + 2);
  else return;
  event.preventDefault();
});
document.addEventListener("visibilitychange", () => document.hidden && tell("hidden", ""));
setInterval(() => {
  if (trial === null || at("stage").hidden) return;
  const place = player.place();
  at("play").textContent = player.playing ? texts.pause : texts.play;
  at("time").textContent = `${Math.floor(place / 60)}:${String(Math.floor(place % 60)).padStart(2, "0")}`;
  if (player.playing && player.length) at("seek").value = Math.round((1000 * place) / player.length);
  ready();
}, 100);
open();
