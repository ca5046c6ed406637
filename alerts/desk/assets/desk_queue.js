// The queue of cases. Every text from outside stands in {{ }}: shown, never interpreted.
import { ageText, clockOffset, whenText } from "/desk-assets/time.js";

export default {
  template: `
    <section class="queue" :aria-label="words.queue">
      <h1 class="sr">{{ words.queue }}</h1>
      <nav class="tabs" :aria-label="words.filter">
        <a v-for="tab in tabs" :key="tab.status" :href="tab.href" class="tab"
           :aria-current="tab.status === status ? 'page' : null"
           @click.exact.prevent="choose(tab)">
          {{ tab.name }} <b class="count">{{ tab.count }}</b>
        </a>
        <span class="live" :class="{ bad: !isLive }" role="status"><i></i>{{ liveness }}</span>
      </nav>
      <p class="sr" role="status" aria-live="polite">{{ spoken }}</p>
      <div v-if="!rows.length" class="empty">
        <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true"><circle cx="24" cy="24"
          r="20"/><path d="m15 24.5 6.5 6.5L33.5 18"/></svg>
        <p class="empty-title">{{ emptyTitle }}</p>
        <p class="muted">{{ words.empty_hint }}</p>
      </div>
      <ol v-else class="cases">
        <li v-for="row in rows" :key="row.code">
          <a :href="'/case/' + row.code" class="case" :data-code="row.code"
             :class="['severity-' + row.severity, 'is-' + row.status, {'is-new': fresh.has(row.code)}]">
            <span class="thumb"><img v-if="row.thumbnail" :src="row.thumbnail" alt=""
              loading="lazy" decoding="async"><span v-else class="muted">{{ row.picture }}</span></span>
            <span class="chip severity">{{ row.severity_name }}</span>
            <span class="what">
              <span class="text">{{ row.text }}</span>
              <span class="where"><b>{{ row.camera }}</b><span>{{ row.area }}</span><span
                class="code">{{ row.code }}</span></span>
            </span>
            <span class="state">
              <span class="chip status">{{ row.status_name }}</span>
              <span class="sub">{{ row.verdict || row.assignee }}</span>
            </span>
            <span class="when">
              <time class="age" :datetime="row.opened_at">{{ age(row) }}</time>
              <span class="sub">{{ clock(row) }}</span>
            </span>
          </a>
        </li>
      </ol>
      <button v-if="more" type="button" class="more" @click="$emit('more')">{{ more }}</button>
      <p v-if="capped" class="capped sub">{{ capped }}</p>
    </section>`,
  props: {
    words: Object, lang: String, zone: String, now: String, status: String,
    tabs: Array, rows: Array, limit: Number, more: String, capped: String, bus: Boolean,
  },
  emits: ["status", "more"],
  data() {
    return { ms: Date.now(), offset: clockOffset(this.now), fresh: new Set(), spoken: "", isConnected: true };
  },
  computed: {
    isLive() { return this.isConnected && this.bus; },
    liveness() {
      if (!this.isConnected) return this.words.live_lost;
      return this.bus ? this.words.live : this.words.live_no_bus;
    },
    emptyTitle() {
      return this.status === "pending" ? this.words.empty_pending : this.words.empty_other;
    },
  },
  watch: {
    now(value) {
      this.offset = clockOffset(value);
      this.ms = Date.now();
    },
    rows(rows) {
      // By the number of the case, not its time: what a node was late to send is news as well,
      // a row that moves up from below the limit is not.
      const news = rows.filter((row) => row.number > this.newest && row.status === "pending");
      const isSameList = this.shown === this.status && this.limit <= this.reach;
      this.look();
      if (news.length && isSameList) this.announce(news);
    },
  },
  mounted() {
    this.newest = 0;
    this.look();
    this.ticker = setInterval(() => (this.ms = Date.now()), 5000);
    this.back = () => {
      const status = new URLSearchParams(location.search).get("status");
      this.$emit("status", status ?? this.tabs[0].status);
    };
    window.addEventListener("popstate", this.back);
    this.hear = () => (this.isConnected = window.socket.connected);
    setTimeout(() => ["connect", "disconnect"].forEach((e) => window.socket?.on(e, this.hear)), 0);
  },
  unmounted() {
    clearInterval(this.ticker);
    window.removeEventListener("popstate", this.back);
    ["connect", "disconnect"].forEach((event) => window.socket?.off(event, this.hear));
  },
  methods: {
    age(row) { return ageText(row.opened_at, this.ms + this.offset, this.lang, this.words.just_now); },
    clock(row) { return whenText(row.opened_at, this.ms + this.offset, this.zone); },
    choose(tab) {
      if (tab.status === this.status) return;
      history.pushState(null, "", tab.href);
      this.$emit("status", tab.status);
    },
    // Remember what this list has shown.
    look() {
      [this.shown, this.reach] = [this.status, this.limit];
      this.newest = Math.max(this.newest, ...this.rows.map((row) => row.number));
    },
    announce(news) {
      for (const row of news) this.fresh.add(row.code);
      this.spoken = news.slice(0, 3).map((r) => `${this.words.new_case} ${r.camera} ${r.text}`).join("; ");
      setTimeout(() => news.forEach((row) => this.fresh.delete(row.code)), 6000);
    },
  },
};
