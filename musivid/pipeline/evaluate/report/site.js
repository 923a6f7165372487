"use strict";
// A player for each pair; media are fetched when one is first played.
const made = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};
const pairs = JSON.parse(document.getElementById("data").textContent);
let active = null;

function laid(section, pair) {
  const films = pair.films.map(() => made("video", { playsinline: "", preload: "none", "aria-label": pair.name }));
  for (const film of films) film.muted = true;
  films.slice(1).forEach((film) => (film.hidden = true));
  const player = new Player(films, () => {});
  const play = made("button", { class: "play", type: "button", onclick: toggle }, "Play");
  const seek = made("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": "Place", oninput: () => player.seek((seek.value / 1000) * player.length) });
  const time = made("output", {}, "0:00");
  const buttons = pair.systems.map((name, k) => made("button", { type: "button", "aria-pressed": String(k === 0), onclick: () => choose(k) }, `${k + 1} · ${name}`));
  section.append(made("div", { class: "films" }, ...films), made("div", { class: "deck" }, play, seek, time), made("div", { class: "systems" }, ...buttons));
  let loaded = null;

  async function toggle() {
    if (active && active !== player) active.pause();
    active = player;
    if (player.playing) return player.pause();
    play.disabled = true;
    const before = player.current;
    try {
      loaded ??= player.load(pair.films.map((name) => `media/${name}`), pair.sounds.map((name) => `media/${name}`));
      await loaded;
      choose(before);
      await player.play();
    } catch (error) {
      loaded = null;
      document.getElementById("fault").textContent = "Films and sounds cannot be read. Browsers read them from a server only: type python -m http.server in this folder.";
    }
    play.disabled = false;
  }

  function choose(track) {
    if (loaded) player.choose(track);
    else player.current = track;
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === track)));
  }

  setInterval(() => {
    play.textContent = player.playing ? "Pause" : "Play";
    const place = player.place();
    time.textContent = `${Math.floor(place / 60)}:${String(Math.floor(place % 60)).padStart(2, "0")}`;
    if (player.playing) seek.value = (1000 * place) / player.length;
  }, 100);
  return { player, toggle, choose, count: pair.systems.length };
}

const all = pairs.map((pair, n) => laid(document.querySelector(`[data-pair="${n}"]`), pair));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
  const one = all.find((each) => each.player === active) ?? all[0];
  const place = one?.player.place();
  if (!one) return;
  if (event.key === " " && event.target.tagName !== "BUTTON") one.toggle();
  else if (/^[1-9]$/.test(event.key) && Number(event.key) <= one.count) one.choose(Number(event.key) - 1);
  else if (event.key === "ArrowLeft" && one.player.length) one.player.seek(place - 2);
  else if (event.key === "ArrowRight" && one.player.length) one.player.seek(place + 2);
  else return;
  event.preventDefault();
});
