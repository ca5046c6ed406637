// Beside the queue: cameras that are not streaming and nodes that are away, and why.
import { ageText, clockOffset } from "/desk-assets/time.js";

export default {
  template: `
    <aside class="equipment" :aria-label="words.equipment">
      <section v-for="group in groups" :key="group.id" class="group" :id="'group-' + group.id">
        <h2>{{ group.title }}<span class="tally" :class="{ bad: group.rows.length }">{{ group.tally
          }}</span></h2>
        <p v-if="!group.rows.length" class="fine"><i></i>{{ group.fine }}</p>
        <ul v-else>
          <li v-for="row in group.rows" :key="row.id" class="fault">
            <div class="fault-head"><b>{{ row.name }}</b><span class="chip" :class="'state-' + row.state">{{
              row.state_name }}</span></div>
            <div class="fault-why" v-if="row.reason">{{ row.reason }}</div>
            <div class="sub">{{ [row.where, since(row)].filter(Boolean).join(" · ") }}</div>
          </li>
        </ul>
        <p v-if="group.rest" class="sub">{{ group.rest }}</p>
      </section>
    </aside>`,
  props: { words: Object, lang: String, now: String, groups: Array },
  data() {
    return { ms: Date.now(), offset: clockOffset(this.now) };
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
    since(row) {
      return row.since &&
        ageText(row.since, this.ms + this.offset, this.lang, this.words.just_now);
    },
  },
};
