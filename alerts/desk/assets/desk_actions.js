// What the officer can do with the case now. What is half written survives live updates.
export default {
  template: `
    <section class="actions panel" :aria-label="words.actions">
      <h2>{{ open ? titles[open] : words.actions }}</h2>
      <p v-if="notice" class="notice" :class="notice.tone" role="alert" :key="notice.number">{{
        notice.text }}</p>
      <p v-for="line in standing" :key="line" class="standing">{{ line }}</p>
      <div class="buttons" v-if="!open">
        <button v-if="can.includes('accept')" type="button" class="primary" id="accept"
                :disabled="busy" @click="send('accept', {})">{{ words.accept }}</button>
        <button v-if="can.includes('close')" type="button" id="open-close" class="primary"
                @click="show('close')">{{ words.close }}…</button>
        <button v-if="can.includes('false-alarm')" type="button" id="open-false-alarm"
                @click="show('false-alarm')">{{ words.false_alarm }}…</button>
        <button v-if="can.includes('note')" type="button" id="open-note"
                @click="show('note')">{{ words.add_note }}…</button>
      </div>
      <form v-else @submit.prevent="submit" @keydown.esc="open = ''">
        <fieldset v-if="open === 'close'" class="verdicts">
          <legend>{{ words.verdict }}</legend>
          <label v-for="choice in verdicts" :key="choice.value"><input type="radio" name="verdict"
            :value="choice.value" v-model="verdict"> {{ choice.name }}</label>
        </fieldset>
        <div v-if="open === 'false-alarm'" class="reasons">
          <button v-for="reason in reasons" :key="reason" type="button" class="small"
                  @click="text = reason">{{ reason }}</button>
        </div>
        <label class="writing"><span>{{ open === 'false-alarm' ? words.reason : words.note }}<em
          v-if="needsText"> {{ words.required }}</em></span>
          <textarea ref="writing" v-model="text" rows="4" maxlength="2000" id="note-text"
                    :required="needsText"></textarea></label>
        <div class="form-buttons">
          <button type="submit" class="primary" id="submit-action" :disabled="busy || lacking">{{
            words.confirm }}</button>
          <button type="button" @click="open = ''">{{ words.cancel }}</button>
        </div>
      </form>
    </section>`,
  props: {
    words: Object, can: Array, standing: Array, notice: Object, verdicts: Array, reasons: Array,
  },
  emits: ["act"],
  data() {
    return { open: "", text: "", verdict: "true", busy: false };
  },
  computed: {
    titles() {
      return { close: this.words.close, "false-alarm": this.words.false_alarm, note: this.words.add_note };
    },
    needsText() { return this.open !== "close" || this.verdict === "false"; },
    lacking() { return this.needsText && !this.text.trim(); },
  },
  watch: {
    notice(notice) {
      this.busy = false;
      if (notice?.tone === "good") {
        this.open = "";
        this.text = "";
      }
    },
    can(can) {
      if (this.open && !can.includes(this.open)) this.open = "";
    },
  },
  methods: {
    show(form) {
      this.open = form;
      this.$nextTick(() => this.$refs.writing?.focus());
    },
    send(action, fields) {
      this.busy = true;
      this.$emit("act", { action, ...fields });
    },
    submit() {
      if (!this.lacking) this.send(this.open, { verdict: this.verdict, note: this.text.trim() });
    },
  },
};
