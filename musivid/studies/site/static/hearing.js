"use strict";
// Tones on each side, to be counted: shows that sound is on, and that left is left.
class Hearing {
  constructor(place, texts, done) {
    this.place = place;
    this.texts = texts;
    this.done = done;
    this.tries = 0;
    this.deal();
  }

  deal() {
    const lot = () => 1 + Math.floor(Math.random() * 4);
    this.left = lot();
    do this.right = lot(); while (this.right === this.left);
  }

  show() {
    const field = (name) =>
      `<label>${this.texts[name]}<select name="${name}"><option value=""></option>` +
      [0, 1, 2, 3, 4, 5].map((n) => `<option>${n}</option>`).join("") + "</select></label>";
    this.place.innerHTML =
      `<h2>${this.texts.sound_check}</h2><p>${this.texts.sound_how}</p>` +
      `<p><button type="button" class="main tones">${this.texts.sound_play}</button></p><form>` +
      `${field("sound_left")}${field("sound_right")}<p class="problem" role="alert" hidden></p>` +
      `<button class="main">${this.texts.next}</button></form>`;
    this.place.hidden = false;
    this.place.querySelector(".tones").onclick = () => this.play();
    this.place.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      this.judge(new FormData(event.target));
    };
  }

  async play() {
    this.context = this.context || new AudioContext();
    await this.context.resume();
    let at = this.context.currentTime + 0.1;
    for (const [side, count] of [[-1, this.left], [1, this.right]]) {
      for (let k = 0; k < count; k += 1, at += 0.45) this.tone(side, at);
      at += 0.6;
    }
  }

  tone(side, at) {
    const tone = this.context.createOscillator();
    const gain = this.context.createGain();
    const pan = new StereoPannerNode(this.context, { pan: side });
    tone.frequency.value = side < 0 ? 440 : 660;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(gain).connect(pan).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + 0.32);
  }

  judge(form) {
    const right = Number(form.get("sound_left")) === this.left && Number(form.get("sound_right")) === this.right;
    this.tries += 1;
    if (right || this.tries >= 3) {
      this.place.hidden = true;
      this.done(right ? "right" : "wrong");
      return;
    }
    const said = this.place.querySelector(".problem");
    said.textContent = this.texts.sound_wrong;
    said.hidden = false;
    this.deal();
  }
}
