// Settings as forms: a row a setting, and what in it was changed.

import { el, t } from "./studio.js";

/** What is between backticks is a word of the settings. */
const ticked = (text) => text.split("`").map((part, n) => (n % 2 ? el("code", {}, part) : part));

export class Settings {
  /** The form of a preset's settings, and what in it was changed. */
  constructor(node, groups, changed = {}, told = () => {}) {
    this.fields = new Map();
    this.changed = {};
    this.told = told;
    node.replaceChildren(...groups.map((group) => this.#group(group)));
    for (const [key, value] of Object.entries(changed)) this.set(key, value);
  }

  has(key) { return this.fields.has(key); }
  row(key) { return this.fields.get(key)?.row; }
  field(key) { return this.fields.get(key)?.field; }
  value(key) { return key in this.changed ? this.changed[key] : this.field(key)?.value; }

  /** Change a setting as if it was typed. */
  set(key, value) {
    const held = this.fields.get(key);
    if (!held) return;
    held.show(value);
    this.#note(key, value);
  }

  #note(key, value) {
    const { field, row } = this.fields.get(key);
    if (JSON.stringify(value) === JSON.stringify(field.value)) delete this.changed[key];
    else this.changed[key] = value;
    row.classList.toggle("changed", key in this.changed);
    this.told(key, value);
  }

  #group(group) {
    const fields = group.fields.map((field) => this.#row(field));
    return el("fieldset", {}, el("legend", {}, group.name), group.help ? el("p", { class: "hint" }, group.help) : null, ...fields);
  }

  #row(field) {
    const id = `s-${field.key.replaceAll(".", "-")}`;
    const { node, show } = this.#control(field, id);
    const reset = el("button", { type: "button", class: "reset", title: t("reset"), "aria-label": `${t("reset")}: ${field.label}`, onclick: () => this.set(field.key, field.value) }, "↺");
    const row = el("div", { class: `setting ${field.shape}` },
      el("div", { class: "name" }, el("label", { for: id, id: `${id}-l`, title: field.help }, field.label), reset),
      node,
      el("p", { class: "hint", id: `${id}-h` }, ticked(field.help)),
      el("p", { class: "fault", "data-fault": field.key }));
    this.fields.set(field.key, { field, row, show });
    show(field.value);
    return row;
  }

  #control(field, id) {
    const note = (value) => this.#note(field.key, value);
    const about = { id, "aria-describedby": `${id}-h` };
    const bounds = { min: field.low, max: field.high, step: field.step };
    const number = (text) => (text === "" ? (field.optional ? null : "") : Number(text));
    if (field.shape === "yesno") {
      const box = el("input", { ...about, type: "checkbox", onchange: () => note(box.checked) });
      return { node: box, show: (value) => (box.checked = Boolean(value)) };
    }
    if (field.shape === "choice") {
      const choices = field.choices.map((word) => el("option", { value: word }, field.names[word] ?? word));
      if (field.optional) choices.unshift(el("option", { value: "" }, t("as.planned")));
      const list = el("select", { ...about, onchange: () => note(list.value === "" ? null : list.value) }, choices);
      return { node: list, show: (value) => (list.value = value ?? "") };
    }
    if (field.shape === "many") {
      const boxes = field.choices.map((word) => el("label", { class: "check" },
        el("input", { type: "checkbox", value: word, onchange: () => note(boxes.map((b) => b.firstChild).filter((b) => b.checked).map((b) => b.value)) }), el("span", {}, field.names[word] ?? word)));
      const node = el("div", { class: "many", role: "group", "aria-labelledby": `${id}-l` }, boxes);
      return { node, show: (value) => boxes.forEach((box) => (box.firstChild.checked = value.includes(box.firstChild.value))) };
    }
    if (field.shape === "slider") {
      const low = field.low, high = field.high;
      const range = el("input", { type: "range", ...bounds, tabindex: -1, "aria-hidden": "true", oninput: () => { box.value = range.value; note(Number(range.value)); } });
      const box = el("input", { ...about, type: "number", ...bounds, step: "any", placeholder: field.optional ? t("auto") : null, oninput: () => { if (box.value !== "") range.value = box.value; note(number(box.value)); } });
      return { node: el("div", { class: "slide" }, range, box), show: (value) => { box.value = value ?? ""; range.value = value ?? (low + high) / 2; } };
    }
    if (field.shape === "number") {
      const box = el("input", { ...about, type: "number", ...bounds, placeholder: field.optional ? t("as.planned") : null, oninput: () => note(number(box.value)) });
      return { node: box, show: (value) => (box.value = value ?? "") };
    }
    if (field.shape === "yaml") {
      const box = el("textarea", { ...about, rows: 2, spellcheck: "false", oninput: () => note(box.value) });
      return { node: box, show: (value) => (box.value = typeof value === "string" ? value : JSON.stringify(value)) };
    }
    const box = el("input", { ...about, type: "text", placeholder: field.optional ? t("as.planned") : null, oninput: () => note(box.value === "" && field.optional ? null : box.value) });
    return { node: box, show: (value) => (box.value = value ?? "") };
  }
}
