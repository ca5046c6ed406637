// The head of a case and what is known of it; then its journal.
import { ageText, clockOffset, clockText, dateText, spanText } from "/desk-assets/time.js";

export default {
  template: `
    <div class="facts-head">
    <p class="print-only print-refusal">{{ words.print_button_only }}</p>
    <p class="print-only print-title">{{ words.print_title }} {{ head.code }}</p>
    <p v-if="printed" class="print-only print-foot">{{ printed.by }} · {{ words.print_at }}{{ when(printed.at) }}</p>
    <section class="headline" :class="'severity-' + head.severity">
      <a class="back" href="/">← {{ words.back }}</a>
      <div class="headline-row">
        <span class="chip severity">{{ head.severity_name }}</span>
        <h1>{{ head.text }}</h1>
        <span class="chip status" :class="'is-' + head.status">{{ head.status_name }}</span>
        <span v-if="head.supervised" class="chip supervised">{{ words['fact.supervised'] }}</span>
        <span v-if="limit" class="chip limit" :class="{ over: isOver }">{{ limit }}</span>
        <button v-if="canPrint" type="button" class="quiet small print-button" id="print"
                @click="$emit('print')">{{ words.print }}</button>
        <span class="headline-age">{{ age }}</span>
      </div>
      <dl class="facts">
        <div v-for="fact in facts" :key="fact.name"><dt>{{ fact.name }}</dt>
          <dd><a v-if="fact.href" :href="fact.href">{{ fact.value }}</a><template v-else>{{
            fact.at ? when(fact.at) : fact.value }}</template></dd></div>
      </dl>
    </section>
    </div>`,
  props: { words: Object, lang: String, zone: String, now: String, head: Object, facts: Array,
    canPrint: Boolean, printed: Object,
  },
  emits: ["print"],
  data() {
    return { ms: Date.now(), offset: clockOffset(this.now) };
  },
  computed: {
    age() {
      return ageText(this.head.opened_at, this.ms + this.offset, this.lang, this.words.just_now);
    },
    left() { return Date.parse(this.head.due_at) - (this.ms + this.offset); },
    isOver() { return this.head.is_overdue || this.left <= 0; },
    limit() {
      if (!this.head.due_at) return "";
      const text = this.isOver ? this.words.overdue : this.words.left;
      return text.replace("{span}", spanText(Math.max(0, this.isOver ? -this.left : this.left), this.lang));
    },
  },
  watch: {
    // Not before its export stands in the register: the print style shows nothing without.
    printed() {
      document.body.classList.add("is-registered");
      this.$nextTick(() => window.print());
    },
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
