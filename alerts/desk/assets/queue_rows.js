// The rows of the queue: only those near the window are laid out, only those that change drawn again.
import { limitOf } from "/desk-assets/queue_limit.js";
import { ageText, whenText } from "/desk-assets/time.js";

export default {
  template: `
    <ol class="cases">
      <li v-for="row in rows" :key="row.code"
          v-memo="[row, said.get(row.code), limits.get(row.code).text, fresh.has(row.code), row.code === current]">
        <a :href="'/case/' + row.code" class="case" :data-code="row.code" @focus="$emit('current', row.code)"
           :aria-current="row.code === current ? 'true' : null"
           :class="['severity-' + row.severity, 'is-' + row.status, {'is-new': fresh.has(row.code)}]">
          <span class="thumb"><img v-if="row.thumbnail" :src="row.thumbnail" alt=""
            loading="lazy" decoding="async"><span v-else class="muted">{{ row.picture }}</span></span>
          <span class="chip severity">{{ row.severity_name }}</span>
          <span class="what">
            <span class="text">{{ row.text }}</span>
            <span class="where"><b>{{ row.camera }}</b><span>{{ row.area }}</span><span>{{ row.category
              }}</span><span v-if="row.origin" class="origin">{{ row.origin }}</span><span
              class="code">{{ row.code }}</span></span>
          </span>
          <span class="limit" :class="limits.get(row.code).tone">
            <span class="due">{{ limits.get(row.code).text }}</span>
            <span v-if="row.supervised" class="chip supervised">{{ row.supervised }}</span>
          </span>
          <span class="state">
            <span class="chip status">{{ row.status_name }}</span>
            <span class="sub">{{ row.verdict || row.who }}</span>
          </span>
          <span class="when">
            <time class="age" :datetime="row.opened_at">{{ said.get(row.code).age }}</time>
            <span class="sub">{{ said.get(row.code).clock }}</span>
          </span>
        </a>
      </li>
    </ol>`,
  props: { words: Object, lang: String, zone: String, offset: Number, rows: Array, fresh: Object, current: String },
  emits: ["current"],
  data() {
    return { ms: Date.now(), second: Date.now() };
  },
  computed: {
    // How old each row is, in words that change every few seconds at most.
    said() {
      const now = this.ms + this.offset;
      this.kept ??= new Map();
      const said = new Map(this.rows.map((row) => [row.code, this.words_of(row, now)]));
      this.kept = said;
      return said;
    },
    limits() {
      const now = this.second + this.offset;
      return new Map(this.rows.map((row) => [row.code, limitOf(row, now, this.words)]));
    },
  },
  watch: {
    rows() { this.ms = this.second = Date.now(); },
  },
  mounted() {
    this.ticker = setInterval(() => {
      this.second = Date.now();
      if (this.second - this.ms > 5000) this.ms = this.second;
    }, 1000);
  },
  unmounted() { clearInterval(this.ticker); },
  methods: {
    // The same object while it says the same, so that the row is not drawn again.
    words_of(row, now) {
      const age = ageText(row.opened_at, now, this.lang, this.words.just_now);
      const clock = whenText(row.opened_at, now, this.zone);
      const before = this.kept.get(row.code);
      return before?.age === age && before.clock === clock ? before : { age, clock };
    },
    focus(code) {
      const row = this.$el.querySelector(`[data-code="${CSS.escape(code)}"]`);
      row?.focus();
      row?.scrollIntoView({ block: "nearest" });
    },
  },
};
