"use strict";
// A clip that the participant brings, what is set for its music, and the wait until it is written.

const LOOK_MS = 2000;
let looking = 0;

/** Ask for a clip, or wait for its music; `again` asks the server where the participant is. */
function createClip(node, { trial, texts, base, fill, again }) {
  clearTimeout(looking);
  node.replaceChildren();
  const make = (tag, more = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), more);
    made.append(...children);
    return made;
  };
  const titled = (text, field) => make("label", {}, text, field);
  const choice = (name, words, shown) => make("select", { name }, make("option", { value: "", textContent: texts.left_open }), ...words.map((word) => make("option", { value: word, textContent: shown(word) })));

  if (trial.state === "waiting") {
    node.append(make("h2", { textContent: texts.writing }), make("p", { textContent: trial.ahead ? fill(texts.ahead, { n: trial.ahead }) : texts.writing_how }), make("div", { className: "progress wait" }, make("i")));
    looking = setTimeout(again, LOOK_MS);
    return;
  }
  const file = make("input", { type: "file", accept: "video/*", required: true });
  const fault = make("p", { className: "problem", hidden: true });
  fault.setAttribute("role", "alert");
  const button = make("button", { className: "main", textContent: texts.write });
  const form = make("form", {},
    make("h2", { textContent: texts.bring }), make("p", { className: "soft", textContent: texts.bring_how }),
    titled(texts.clip, file),
    titled(texts.bpm, make("input", { name: "bpm", type: "number", min: 30, max: 240, placeholder: texts.left_open })),
    titled(texts.mood, choice("emotion", trial.emotions, (word) => texts[`mood_${word}`])),
    titled(texts.genre, choice("genre", trial.genres, (word) => word)),
    titled(texts.threshold, make("input", { name: "threshold", type: "number", min: 0, max: 1, step: 0.05, placeholder: texts.left_open })),
    make("label", { className: "agree" }, make("input", { type: "checkbox", name: "share", value: "yes" }), ` ${texts.share}`),
    fault, button);
  if (trial.problem) complain(trial.problem);
  node.append(form);

  function complain(text) {
    fault.textContent = text;
    fault.hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const asked = new URLSearchParams({ ...Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string")), position: trial.position });
    const answer = await fetch(`${base}clip?${asked}`, { method: "POST", body: file.files[0] }).catch(() => null);
    if (answer?.ok || answer?.status === 409) return again();
    const said = answer ? await answer.json().catch(() => ({})) : {};
    complain(typeof said.detail === "string" ? said.detail : texts.bring_failed);
    button.disabled = false;
    return undefined;
  });
}
