"use strict";
// One silent film and several sounds on one clock. All sounds start together and play on; a switch
// fades one out and another in within ten milliseconds, at the same moment of the film. The film
// follows the sound: a little faster or slower while it is near, by a jump where it is far.
class Player {
  constructor(film, told) {
    this.film = film;
    this.told = told; // called with what happened
    this.context = null;
    this.buffers = [];
    this.gains = [];
    this.sources = [];
    this.current = 0;
    this.from = 0; // place in the film where playing began
    this.began = 0; // the clock's time then
    this.playing = false;
    this.heard = []; // seconds of each sound that were played
    this.farSince = 0;
    this.length = 0;
  }

  async load(film, sounds) {
    this.stop();
    this.context = this.context || new AudioContext({ latencyHint: "interactive" });
    this.film.src = film;
    const decode = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      return this.context.decodeAudioData(await answer.arrayBuffer());
    };
    const ready = new Promise((done, failed) => {
      this.film.oncanplay = done;
      this.film.onerror = failed;
    });
    this.film.load();
    this.buffers = await Promise.all(sounds.map(decode));
    await ready;
    this.film.oncanplay = null;
    this.length = Math.min(this.film.duration || Infinity, ...this.buffers.map((b) => b.duration));
    this.heard = this.buffers.map(() => 0);
    this.current = 0;
    this.from = 0;
  }

  place() {
    if (!this.playing) return this.from;
    const passed = this.context.currentTime - this.began;
    return Math.min(this.length, Math.max(0, this.from + passed));
  }

  async play() {
    if (this.playing) return;
    await this.context.resume();
    if (this.from >= this.length - 0.05) this.from = 0;
    this.began = this.context.currentTime + 0.06;
    this.gains = this.buffers.map((_, k) => {
      const gain = this.context.createGain();
      gain.gain.value = k === this.current ? 1 : 0;
      gain.connect(this.context.destination);
      return gain;
    });
    this.sources = this.buffers.map((buffer, k) => {
      const source = this.context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.gains[k]);
      source.start(this.began, this.from);
      return source;
    });
    this.playing = true;
    this.runFrom = this.from;
    this.film.currentTime = this.from;
    this.film.playbackRate = 1;
    await this.film.play().catch(() => this.told("stall", "film"));
    this.told("play", this.from.toFixed(2));
    this.follow();
  }

  pause() {
    if (!this.playing) return;
    this.count();
    this.from = this.place();
    this.stop();
    this.told("pause", this.from.toFixed(2));
  }

  stop() {
    this.playing = false;
    for (const source of this.sources) source.stop();
    this.sources = [];
    for (const gain of this.gains) gain.disconnect();
    this.gains = [];
    this.film.pause();
  }

  async seek(place) {
    const was = this.playing;
    this.count();
    this.stop();
    this.from = Math.max(0, Math.min(place, this.length));
    this.film.currentTime = this.from;
    this.told("seek", this.from.toFixed(2));
    if (was) await this.play();
  }

  choose(track) {
    if (track === this.current || track >= this.buffers.length) return;
    this.count();
    if (this.playing) {
      const now = this.context.currentTime;
      const fade = (gain, from, to) => {
        gain.cancelScheduledValues(now);
        gain.setValueAtTime(from, now);
        gain.linearRampToValueAtTime(to, now + 0.01);
      };
      fade(this.gains[this.current].gain, this.gains[this.current].gain.value, 0);
      fade(this.gains[track].gain, this.gains[track].gain.value, 1);
    }
    this.current = track;
    this.runFrom = this.place();
    this.told("switch", String(track + 1));
  }

  // Whoever switches hears a sound in pieces: it counts as heard once its pieces make up its length.
  count() {
    if (!this.playing) return;
    const place = this.place();
    this.heard[this.current] += Math.max(0, place - this.runFrom);
    this.runFrom = place;
  }

  allHeard() {
    this.count();
    return this.heard.every((seconds) => seconds >= this.length - 0.3);
  }

  follow() {
    if (!this.playing) return;
    const place = this.place();
    const off = place - this.film.currentTime; // above 0: the film is late
    if (place >= this.length) {
      this.count();
      this.stop();
      this.from = this.length;
      this.told("pause", "end");
      return;
    }
    if (this.context.currentTime >= this.began) {
      if (Math.abs(off) > 0.3 && !this.film.seeking) {
        this.film.currentTime = place + 0.05;
        this.told("stall", off.toFixed(2));
      } else {
        this.film.playbackRate = 1 + Math.max(-0.1, Math.min(0.1, off));
      }
      this.watch(off);
    }
    requestAnimationFrame(() => this.follow());
  }

  watch(off) {
    const now = performance.now();
    if (Math.abs(off) <= 0.08) this.farSince = 0;
    else if (!this.farSince) this.farSince = now;
    else if (now - this.farSince > 1000) {
      this.told("drift", off.toFixed(2));
      this.farSince = now;
    }
  }
}
