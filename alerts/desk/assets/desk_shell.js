// The bar at the top: who is on duty, for which area, the site's time, language, log-out.
import { clockOffset, clockText, dateText } from "/desk-assets/time.js";

export default {
  template: `
    <header class="bar">
      <a class="skip" href="#" @click.prevent="skip">{{ words.skip }}</a>
      <a class="bar-brand" href="/">
        <img src="/desk-assets/favicon.svg" alt="" width="28" height="28">
        <span>{{ words.brand }}</span>
      </a>
      <span class="bar-area" :title="area">{{ area }}</span>
      <a v-for="link in links" :key="link.href" :href="link.href" class="bar-link">{{ link.name }}</a>
      <span class="bar-gap"></span>
      <time class="bar-clock"><span class="muted">{{ date }}</span> {{ clock }}</time>
      <span class="bar-officer" :title="officer"><span class="muted">{{ words.on_duty }}</span> {{ officer }}</span>
      <button type="button" class="quiet" id="language" :lang="words.other_lang"
              @click="$emit('language')">{{ words.other_language }}</button>
      <form method="post" action="/logout">
        <button type="submit" class="quiet" id="logout">{{ words.log_out }}</button>
      </form>
    </header>`,
  props: { words: Object, links: Array, area: String, officer: String, now: String, zone: String, lang: String },
  emits: ["language"],
  data() {
    return { ms: Date.now(), offset: clockOffset(this.now) };
  },
  computed: {
    clock() { return clockText(this.ms + this.offset, this.zone); },
    date() { return dateText(this.ms + this.offset, this.zone); },
  },
  mounted() {
    document.documentElement.lang = this.lang;
    this.ticker = setInterval(() => (this.ms = Date.now()), 1000);
    const lines = document.querySelectorAll("#popup span");
    if (lines.length === 2) {
      lines[0].textContent = this.words.connection_lost;
      lines[1].textContent = this.words.reconnecting;
    }
    setTimeout(() => {
      window.socket?.on("connect_error", this.leaveIfSignedOut);
      window.socket?.on("disconnect", () => this.sayLost(lines));
    }, 0);
  },
  unmounted() { clearInterval(this.ticker); },
  methods: {
    // Since when the page shows nothing new.
    sayLost(lines) {
      const since = clockText(Date.now() + this.offset, this.zone);
      if (lines.length === 2) lines[0].textContent = `${this.words.connection_lost} (${since})`;
    },
    skip() { document.querySelector(".desk-content")?.focus(); },
    here() { return encodeURIComponent(location.pathname + location.search); },
    // The desk refuses the connection of an officer whose session has ended: show the log-in
    // instead of waiting for ever.
    async leaveIfSignedOut() {
      try {
        const answer = await fetch("/session-check", { cache: "no-store" });
        const { signed_in: signedIn } = await answer.json();
        if (!signedIn) window.location.assign("/login?ended=1&next=" + this.here());
      } catch {
        // the desk itself is away; the banner says so
      }
    },
  },
};
