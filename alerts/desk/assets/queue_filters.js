// Search and filters of the queue, on one line; what they say stands in the address.
const PLAIN = ["severity", "category", "area", "camera", "mine"];

export default {
  template: `
    <form class="filters" role="search" :aria-label="words.filters" @submit.prevent="tell">
      <input type="search" id="search" ref="search" v-model="fields.q" maxlength="100" autocomplete="off"
             :placeholder="words.search_hint" :aria-label="words.search" @search="tell" @keydown.esc="leave">
      <select v-for="name in shown" :key="name" :id="'by-' + name" v-model="fields[name]"
              :aria-label="words['by.' + name]" :class="{ set: fields[name] }" @change="tell">
        <option value="">{{ words['by.' + name] }}</option>
        <option v-for="choice in choices[name]" :key="choice.value" :value="choice.value">{{ choice.name }}</option>
        <option v-if="name === 'camera' && choices.cameras_cut" disabled>{{ words.cameras_cut }}</option>
      </select>
      <input id="by-rule" list="rules" v-model.lazy="fields.rule" maxlength="64" autocomplete="off" spellcheck="false"
             :placeholder="words['by.rule']" :aria-label="words['by.rule']" :class="{ set: fields.rule }" @change="tell">
      <datalist id="rules"><option v-for="rule in rules" :key="rule" :value="rule"></option></datalist>
      <select id="by-period" v-model="period" :aria-label="words['by.period']" :class="{ set: period }" @change="choosePeriod">
        <option value="">{{ words['by.period'] }}</option>
        <option v-for="choice in choices.period" :key="choice.value" :value="choice.value">{{ choice.name }}</option>
      </select>
      <button type="button" class="small" id="by-overdue" :aria-pressed="String(!!fields.overdue)" @click="toggleOverdue">{{
        words['by.overdue'] }}</button>
      <button v-if="isFiltered" type="button" class="small quiet" id="clear-filters" @click="clear">{{ words.clear_filters }}</button>
      <span v-if="period === 'days'" class="days">
        <label>{{ words.since_day }} <input type="date" id="since" v-model="fields.since" @change="tell"></label>
        <label>{{ words.until_day }} <input type="date" id="until" v-model="fields.until" @change="tell"></label>
      </span>
    </form>`,
  props: { words: Object, asked: Object, choices: Object, rules: Array, isFiltered: Boolean },
  emits: ["ask"],
  data() {
    return { fields: { ...this.asked }, period: this.periodOf(this.asked) };
  },
  computed: {
    shown() { return PLAIN.filter((name) => name !== "mine" || this.choices.mine?.length); },
  },
  watch: {
    asked(asked) {
      this.fields = { ...asked };
      this.period = this.periodOf(asked);
    },
  },
  methods: {
    periodOf(asked) { return asked.since || asked.until ? "days" : asked.period || ""; },
    choosePeriod() {
      this.fields.period = this.period === "days" ? "" : this.period;
      if (this.period !== "days") [this.fields.since, this.fields.until] = ["", ""];
      if (this.period !== "days" || this.asked.period) this.tell();
    },
    toggleOverdue() {
      this.fields.overdue = this.fields.overdue ? "" : "1";
      this.tell();
    },
    clear() {
      this.fields = {};
      this.period = "";
      this.tell();
    },
    // Nothing where it is what stands in the address already: "search" and "submit" come together.
    tell() {
      const asked = (fields) => JSON.stringify(Object.keys(this.asked).map((key) => fields[key] || ""));
      this.fields.q = (this.fields.q ?? "").trim();
      if (asked(this.fields) === this.last && this.last !== asked(this.asked)) return;
      if (asked(this.fields) === asked(this.asked)) return;
      this.last = asked(this.fields);
      this.$emit("ask", { ...this.fields });
    },
    search() {
      this.$refs.search.focus();
      this.$refs.search.select();
    },
    leave() { this.$refs.search.blur(); },
  },
};
