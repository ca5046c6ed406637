// Rings for new cases that nobody has accepted, louder the longer they wait, and flashes the title.
// The sound is made here, no file is needed; browsers allow it only after a click or a key.
const MUTED = "xueliang.muted";
const HEARD = "xueliang.heard";
const RISING = [
  { after: 0, every: 10000, gain: 0.12, notes: [880, 1175] },
  { after: 30000, every: 5000, gain: 0.3, notes: [880, 1175, 880] },
  { after: 60000, every: 2500, gain: 0.6, notes: [988, 1319, 988, 1319] },
];
const NOTE_S = 0.17;

export class Alarm {
  constructor(tell, titleWords) {
    [this.tell, this.titleWords, this.title] = [tell, titleWords, document.title];
    [this.waiting, this.rings, this.loudness, this.rangAt] = [[], 0, 0, 0];
    this.isMuted = localStorage.getItem(MUTED) === "1";
    // Going to a case and back, or reloading, does not silence what still waits.
    this.heard = JSON.parse(sessionStorage.getItem(HEARD) ?? "null");
    this.unlock = () => this.start();
  }
  open() {
    this.ticker = setInterval(() => this.tick(), 500);
    ["pointerdown", "keydown"].forEach((event) => document.addEventListener(event, this.unlock));
    this.report();
  }
  close() {
    clearInterval(this.ticker);
    ["pointerdown", "keydown"].forEach((event) => document.removeEventListener(event, this.unlock));
    this.sound?.close();
    document.title = this.title;
  }
  // Numbers and codes of all cases that wait and are worth a sound, newest first.
  hear(waiting) {
    const newest = Math.max(0, ...waiting.map(([number]) => number));
    this.heard ??= { until: newest, newest, since: 0 };
    this.waiting = waiting.filter(([number]) => number > this.heard.until);
    const isNew = this.waiting.some(([number]) => number > this.heard.newest);
    if (isNew) this.rangAt = 0;
    if (!this.waiting.length) [this.heard.until, this.heard.since] = [Math.max(newest, this.heard.newest), 0];
    else this.heard.since ||= Date.now();
    this.heard.newest = Math.max(newest, this.heard.newest);
    sessionStorage.setItem(HEARD, JSON.stringify(this.heard));
    this.tick();
  }
  tick() {
    const now = Date.now();
    const waited = this.waiting.length ? now - this.heard.since : -1;
    const step = RISING.findLast((each) => waited >= each.after);
    this.loudness = step ? RISING.indexOf(step) + 1 : 0;
    if (step && now - this.rangAt >= step.every) {
      this.rangAt = now;
      if (!this.isMuted) this.ring(step);
    }
    this.flash(now);
    this.report();
  }
  ring(step) {
    this.rings += 1;
    if (this.sound?.state !== "running") return;
    step.notes.forEach((note, number) => this.note(note, step.gain, this.sound.currentTime + number * NOTE_S));
  }
  note(pitch, gain, at) {
    const [tone, volume] = [this.sound.createOscillator(), this.sound.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(gain, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
    tone.connect(volume).connect(this.sound.destination);
    tone.start(at);
    tone.stop(at + NOTE_S);
  }
  flash(now) {
    const count = this.waiting.length;
    const isOn = count && Math.floor(now / 1000) % 2;
    const title = isOn ? this.titleWords.replace("{count}", count) + this.title : this.title;
    if (document.title !== title) document.title = title;
  }
  // Called within a click or a key, else the browser refuses.
  async start() {
    if (this.isMuted) return;
    this.sound ??= new AudioContext();
    if (this.sound.state !== "running") await this.sound.resume();
    this.report();
  }
  toggle() {
    this.isMuted = !this.isMuted;
    localStorage.setItem(MUTED, this.isMuted ? "1" : "0");
    this.start();
    this.report();
  }
  report() {
    this.tell({ rings: this.rings, waiting: this.waiting.length, loudness: this.loudness, isMuted: this.isMuted,
      asks: !this.isMuted && this.sound?.state !== "running" });
  }
}
