"use strict";
// Silent films and sounds on one clock: one film with several sounds, one sound with several films,
// or as many of each. All start together and play on; a switch fades one sound out and another in
// within ten milliseconds, and shows another film, at the same moment. Films follow the sound: a
// little faster or slower while they are near, by a jump where they are far.
class Player {
  constructor(film, told) {
    this.films = [film].flat();
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

  get film() {
    return this.films[Math.min(this.current, this.films.length - 1)];
  }

  get tracks() {
    return Math.max(this.films.length, this.buffers.length);
  }

  // The sound of a track: where there is one only, it is that of all.
  sound(track) {
    return Math.min(track, this.buffers.length - 1);
  }

  async load(film, sounds) {
    this.stop();
    this.context = this.context || new AudioContext({ latencyHint: "interactive" });
    const decode = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      return this.context.decodeAudioData(await answer.arrayBuffer());
    };
    const ready = (one, address) => new Promise((done, failed) => {
      one.oncanplay = done;
      one.onerror = failed;
      one.src = address;
      one.load();
    });
    const shown = this.films.map((one, k) => ready(one, [film].flat()[k]));
    this.buffers = await Promise.all(sounds.map(decode));
    await Promise.all(shown);
    for (const one of this.films) one.oncanplay = null;
    const lengths = this.films.map((one) => one.duration || Infinity);
    this.length = Math.min(...lengths, ...this.buffers.map((b) => b.duration));
    this.heard = Array.from({ length: this.tracks }, () => 0);
    this.current = 0;
    this.from = 0;
    this.show();
  }

  show() {
    if (this.films.length > 1) for (const one of this.films) one.hidden = one !== this.film;
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
      gain.gain.value = k === this.sound(this.current) ? 1 : 0;
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
    for (const one of this.films) {
      one.currentTime = this.from;
      one.playbackRate = 1;
    }
    const begun = this.films.map((one) => one.play().catch(() => this.told("stall", "film")));
    await Promise.all(begun);
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
    for (const one of this.films) one.pause();
  }

  async seek(place) {
    const was = this.playing;
    this.count();
    this.stop();
    this.from = Math.max(0, Math.min(place, this.length));
    for (const one of this.films) one.currentTime = this.from;
    this.told("seek", this.from.toFixed(2));
    if (was) await this.play();
  }

  choose(track) {
    if (track === this.current || track >= this.tracks) return;
    this.count();
    const [old, next] = [this.sound(this.current), this.sound(track)];
    if (this.playing && old !== next) {
      const now = this.context.currentTime;
      const fade = (gain, from, to) => {
        gain.cancelScheduledValues(now);
        gain.setValueAtTime(from, now);
        gain.linearRampToValueAtTime(to, now + 0.01);
      };
      fade(this.gains[old].gain, this.gains[old].gain.value, 0);
      fade(this.gains[next].gain, this.gains[next].gain.value, 1);
    }
    this.current = track;
    this.show();
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
      for (const one of this.films) this.led(one, place);
      this.watch(off);
    }
    requestAnimationFrame(() => this.follow());
  }

  led(one, place) {
    const off = place - one.currentTime;
    if (Math.abs(off) > 0.3 && !one.seeking) {
      one.currentTime = place + 0.05;
      if (one === this.film) this.told("stall", off.toFixed(2));
    } else {
      one.playbackRate = 1 + Math.max(-0.1, Math.min(0.1, off));
    }
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
