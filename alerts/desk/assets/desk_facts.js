// The head of a case and what is known of it; then its journal.
import { ageText, clockOffset, dateText, clockText } from "/desk-assets/time.js";

export default {
  template: `
    <section class="headline" :class="'severity-' + head.severity">
      <a class="back" href="/">← {{ words.back }}</a>
      <div class="headline-row">
        <span class="chip severity">{{ head.severity_name }}</span>
        <h1>{{ head.text }}</h1>
        <span class="chip status" :class="'is-' + head.status">{{ head.status_name }}</span>
        <span class="headline-age">{{ age }}</span>
      </div>
      <dl class="facts">
        <div v-for="fact in facts" :key="fact.name"><dt>{{ fact.name }}</dt>
          <dd>{{ fact.at ? when(fact.at) : fact.value }}</dd></div>
      </dl>
    </section>`,
  props: { words: Object, lang: String, zone: String, now: String, head: Object, facts: Array },
  data() {
    return { ms: Date.now(), offset: clockOffset(this.now) };
  },
  computed: {
    age() {
      return ageText(this.head.opened_at, this.ms + this.offset, this.lang, this.words.just_now);
    },
  },
  watch: {
    now(value) {
      this.offset = clockOffset(value);
      this.ms = Date.now();
    },
  },
  mounted() { this.ticker = setInterval(() => (this.ms = Date.now()), 5000); },
  unmounted() { clearInterval(this.ticker); },
  methods: {
    when(iso) {
      const ms = Date.parse(iso);
      return `${dateText(ms, this.zone)} ${clockText(ms, this.zone)}`;
    },
  },
};
