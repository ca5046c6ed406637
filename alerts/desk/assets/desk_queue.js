// The queue of cases. Every text from outside stands in {{ }}: shown, never interpreted.
import { Alarm } from "/desk-assets/queue_alarm.js";
import dialogs from "/desk-assets/queue_dialogs.js";
import filters from "/desk-assets/queue_filters.js";
import { isTyping, keyOf } from "/desk-assets/queue_keys.js";
import { apply, nothing } from "/desk-assets/queue_patch.js";
import rows from "/desk-assets/queue_rows.js";
import { clockOffset, whenText } from "/desk-assets/time.js";

const PATIENCE_MS = 15000; // the desk itself waits up to 10 s for a busy database

export default {
  components: { "queue-filters": filters, "queue-rows": rows, "queue-dialogs": dialogs },
  template: `
    <section class="queue" :aria-label="words.queue" :data-rings="bell.rings"
             :data-ringing="bell.waiting" :data-loudness="bell.loudness">
      <h1 class="sr">{{ words.queue }}</h1>
      <p v-for="trouble in s.troubles" :key="trouble.id" class="banner" role="alert"
         :data-trouble="trouble.id">{{ trouble.text }}<b v-if="trouble.since">{{ sinceText(trouble) }}</b></p>
      <nav class="tabs" :aria-label="words.filter">
        <a v-for="tab in s.tabs" :key="tab.status" :href="tab.href" class="tab"
           :aria-current="tab.status === s.status ? 'page' : null"
           @click.exact.prevent="choose(tab)">
          {{ tab.name }} <b class="count">{{ tab.count }}</b>
        </a>
        <span class="live" :class="{ bad: !isLive }" role="status"><i></i>{{ liveness }}</span>
        <button v-if="bell.asks" type="button" class="small primary" id="sound-ask"
                @click="alarm.start()">{{ words.sound_ask }}</button>
        <button v-else type="button" class="small" id="sound" :aria-pressed="String(!bell.isMuted)"
                @click="alarm.toggle()">{{ bell.isMuted ? words.sound_off : words.sound_on }}</button>
        <button type="button" class="small" id="keys-help" :aria-label="words.keys_help"
                @click="$refs.dialogs.help()">?</button>
      </nav>
      <queue-filters ref="filters" :words="words" :asked="s.asked" :choices="s.choices"
                     :rules="s.rules" :is-filtered="s.isFiltered" @ask="ask"></queue-filters>
      <p class="sr" role="status" aria-live="polite">{{ spoken }}</p>
      <p v-if="said && !isAsking" class="notice" :class="said.tone" role="alert" :key="said.number">{{
        said.text }} <a v-if="said.code" :href="'/case/' + said.code">{{ said.code }}</a></p>
      <div v-if="!s.list.length" class="empty">
        <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true"><circle cx="24" cy="24"
          r="20"/><path d="m15 24.5 6.5 6.5L33.5 18"/></svg>
        <p class="empty-title">{{ emptyTitle }}</p>
        <p class="muted">{{ s.isFiltered ? words.empty_filtered_hint : words.empty_hint }}</p>
      </div>
      <queue-rows v-else ref="rows" :words="words" :lang="lang" :zone="zone" :offset="offset"
                  :rows="s.list" :fresh="fresh" :current="current"
                  @current="point"></queue-rows>
      <button v-if="s.more" type="button" class="more" ref="more" @click="$emit('more')">{{ words.more }}</button>
      <p v-if="s.capped" class="capped sub">{{ s.capped }}</p>
      <div v-if="row && can.length" class="deed-bar" role="toolbar" :aria-label="row.code">
        <span class="deed-what"><b>{{ row.camera }}</b> {{ row.text }}</span>
        <button v-for="deed in can" :key="deed.action" type="button" class="small" :id="'do-' + deed.action"
                :disabled="!!busy" @click="act(deed.action)">{{ deed.name }} <kbd>{{ deed.key }}</kbd></button>
      </div>
      <queue-dialogs ref="dialogs" :words="words" :said="said" :busy="!!busy" :recipients="s.recipients"
                     @act="send" @whom="$emit('whom', $event)" @open="isAsking = $event"></queue-dialogs>
    </section>`,
  props: { words: Object, lang: String, zone: String, now: String, first: Object },
  emits: ["ask", "more", "act", "whom", "seen"],
  data() {
    const s = apply(nothing(), this.first);
    return {
      s, at: 0, current: "", said: s.said ?? null, busy: "", isAsking: false, spoken: "",
      fresh: new Set(), offset: clockOffset(this.now), isConnected: true,
      bell: { rings: 0, waiting: 0, loudness: 0, asks: false, isMuted: false },
    };
  },
  computed: {
    hasBus() { return !(this.s.troubles ?? []).some((trouble) => trouble.id === "bus"); },
    isLive() { return this.isConnected && this.hasBus; },
    liveness() {
      if (!this.isConnected) return this.words.live_lost;
      return this.hasBus ? this.words.live : this.words.live_no_bus;
    },
    emptyTitle() {
      if (this.s.isFiltered) return this.words.empty_filtered;
      return this.s.status === "pending" ? this.words.empty_pending : this.words.empty_other;
    },
    row() { return this.s.list.find((row) => row.code === this.current) ?? null; },
    can() {
      const names = { accept: this.words.accept, "false-alarm": this.words.false_alarm,
        dispatch: this.words.dispatch, close: this.words.close };
      return (this.s.allowed?.[this.row.status] ?? []).map((action) => ({
        action, name: names[action], key: keyOf(action) }));
    },
  },
  created() {
    this.alarm = new Alarm((bell) => Object.assign(this.bell, bell), this.words.title_new);
    this.alarm.hear(this.s.waiting ?? []);
    this.newest = Math.max(0, ...this.s.list.map((row) => row.number));
  },
  mounted() {
    this.alarm.open();
    this.back = () => this.$emit("ask", Object.fromEntries(new URLSearchParams(location.search)));
    window.addEventListener("popstate", this.back);
    document.addEventListener("keydown", this.press);
    this.hear = () => (this.isConnected = window.socket.connected);
    setTimeout(() => ["connect", "disconnect"].forEach((e) => window.socket?.on(e, this.hear)), 0);
    this.end = new IntersectionObserver((seen) => this.reach(seen), { rootMargin: "600px" });
    this.watchEnd();
    this.$emit("seen", this.s.number);
  },
  updated() { this.watchEnd(); },
  unmounted() {
    this.alarm.close();
    this.end.disconnect();
    window.removeEventListener("popstate", this.back);
    document.removeEventListener("keydown", this.press);
    ["connect", "disconnect"].forEach((event) => window.socket?.off(event, this.hear));
  },
  methods: {
    // From the desk: what has changed.
    take(patch) {
      if (patch.after && patch.after !== this.s.number) {
        this.$emit("seen", this.s.number);
        return;
      }
      this.offset = clockOffset(patch.now);
      const list = JSON.stringify([this.s.asked, this.s.status, this.s.limit]);
      apply(this.s, patch);
      const news = this.s.list.filter((row) => row.number > this.newest && row.status === "pending");
      this.newest = Math.max(this.newest, ...this.s.list.map((row) => row.number));
      if (news.length && list === JSON.stringify([this.s.asked, this.s.status, this.s.limit])) this.announce(news);
      if (patch.waiting) this.alarm.hear(patch.waiting);
      if (patch.said) this.answered(patch.said);
      if (patch.order) this.keepPlace();
    },
    announce(news) {
      for (const row of news) this.fresh.add(row.code);
      this.spoken = news.slice(0, 3).map((r) => `${this.words.new_case} ${r.camera} ${r.text}`).join("; ");
      setTimeout(() => news.forEach((row) => this.fresh.delete(row.code)), 6000);
    },
    sinceText(trouble) {
      const time = whenText(trouble.since, Date.now() + this.offset, this.zone);
      return this.words.trouble_since.replace("{time}", time);
    },
    // What is asked for stands in the address.
    choose(tab) {
      if (tab.status !== this.s.status) this.goto(tab.href);
    },
    ask(fields) {
      const asked = Object.entries(fields).filter(([, value]) => value);
      if (this.s.status !== this.s.tabs[0]?.status) asked.unshift(["status", this.s.status]);
      this.goto(`/?${new URLSearchParams(asked)}`);
    },
    goto(address) {
      history.pushState(null, "", address.endsWith("?") ? "/" : address);
      this.said = null;
      this.back();
    },
    watchEnd() {
      if (this.watched === this.$refs.more) return;
      this.end.disconnect();
      this.watched = this.$refs.more;
      if (this.watched) this.end.observe(this.watched);
    },
    reach(seen) {
      if (seen.some((each) => each.isIntersecting) && this.s.list.length >= this.s.limit) this.$emit("more");
    },
    // The row that keys act on is the one that has, or had, the focus.
    point(code) {
      this.current = code;
      this.at = this.s.list.findIndex((row) => row.code === code);
    },
    keepPlace() {
      if (!this.current) return;
      const at = this.s.list.findIndex((row) => row.code === this.current);
      if (at >= 0) {
        this.at = at;
        return;
      }
      const next = this.s.list[Math.min(this.at, this.s.list.length - 1)];
      this.current = next?.code ?? "";
      if (next && !this.isAsking && !isTyping(document.activeElement)) this.$nextTick(() => this.focus());
    },
    focus() { this.$refs.rows?.focus(this.current); },
    move(step) {
      const at = this.row ? this.s.list.indexOf(this.row) + step : 0;
      const row = this.s.list[Math.max(0, Math.min(at, this.s.list.length - 1))];
      if (!row) return;
      this.point(row.code);
      this.$nextTick(() => this.focus());
    },
    press(event) {
      const key = keyOf.pressed(event);
      if (!key || this.isAsking || isTyping(event.target)) return;
      const deeds = { next: () => this.move(1), previous: () => this.move(-1), mute: () => this.alarm.toggle(),
        search: () => this.$refs.filters.search(), help: () => this.$refs.dialogs.help(),
        open: () => this.row && location.assign(`/case/${this.row.code}`) };
      if (key === "open" && event.target.closest("a, button")) return;
      event.preventDefault();
      (deeds[key] ?? (() => this.act(key)))();
    },
    act(action) {
      if (!this.row || this.busy) return;
      if (!this.can.some((deed) => deed.action === action)) {
        this.said = { number: `not-${Date.now()}`, tone: "bad", text: this.words.not_now, code: this.row.code };
      } else if (action === "accept") {
        this.send({ action, code: this.row.code, version: this.row.version });
      } else {
        this.said = null;
        this.$refs.dialogs.ask(action, this.row);
      }
    },
    send(deed) {
      [this.busy, this.said] = [deed.code, null];
      clearTimeout(this.patience);
      const late = { number: "late", tone: "bad", text: this.words.no_answer, code: deed.code };
      this.patience = setTimeout(() => this.answered(late), PATIENCE_MS);
      this.$emit("act", deed);
    },
    answered(said) {
      clearTimeout(this.patience);
      [this.busy, this.said] = ["", said];
      if (said.tone === "good") this.$refs.dialogs.done();
    },
  },
};
