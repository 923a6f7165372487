"use strict";
// Faint rings to be counted: shows that dark and light can be told apart. Meanwhile it is measured
// how many pictures a second this device shows.
class Seeing {
  constructor(place, texts, done) {
    this.place = place;
    this.texts = texts;
    this.done = done;
    this.tries = 0;
    this.frames = 0;
    this.began = 0;
  }

  show() {
    this.place.innerHTML =
      `<h2>${this.texts.picture_check}</h2><p>${this.texts.picture_how}</p>` +
      `<canvas width="480" height="160" role="img" aria-label="${this.texts.picture_check}"></canvas><form>` +
      `<label>${this.texts.picture_count}<select name="rings"><option value=""></option>` +
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `<option>${n}</option>`).join("") + "</select></label>" +
      '<p class="problem" role="alert" hidden></p>' +
      `<button class="main">${this.texts.next}</button></form>`;
    this.place.hidden = false;
    this.deal();
    requestAnimationFrame((now) => { this.began = now; this.count(); });
    this.place.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      this.judge(Number(new FormData(event.target).get("rings") || -1));
    };
  }

  /** One to four rings a side, nine levels of grey from what is behind them. */
  deal() {
    const canvas = this.place.querySelector("canvas");
    const pen = canvas.getContext("2d");
    const half = canvas.width / 2;
    this.rings = 0;
    for (const [side, ground, ink] of [[0, "#0a0a0a", "#1b1b1b"], [1, "#f5f5f5", "#e4e4e4"]]) {
      pen.fillStyle = ground;
      pen.fillRect(side * half, 0, half, canvas.height);
      pen.strokeStyle = ink;
      pen.lineWidth = 7;
      const places = [0, 1, 2, 3].sort(() => Math.random() - 0.5);
      for (const place of places.slice(0, 1 + Math.floor(Math.random() * 4))) {
        pen.beginPath();
        pen.arc(side * half + half * (0.14 + 0.24 * place), canvas.height * (0.3 + 0.4 * Math.random()), 20, 0, 7);
        pen.stroke();
        this.rings += 1;
      }
    }
  }

  count() {
    if (this.place.hidden) return;
    this.frames += 1;
    requestAnimationFrame((now) => { this.seconds = (now - this.began) / 1000; this.count(); });
  }

  judge(found) {
    const said = this.place.querySelector(".problem");
    const rate = this.seconds > 0.5 ? Math.round(this.frames / this.seconds) : 0;
    this.tries += 1;
    if (found === this.rings || this.tries >= 3) {
      this.place.hidden = true;
      this.done(`${found === this.rings ? "right" : "wrong"} ${rate}`);
      return;
    }
    said.textContent = this.texts.picture_wrong + (rate && rate < 24 ? ` ${this.texts.picture_slow}` : "");
    said.hidden = false;
    this.deal();
  }
}
