// What the officer can do with the case now. What is half written survives live updates; the
// version sent is the one that stood there when the officer began.
const PATIENCE_MS = 15000; // the desk itself waits up to 10 s for a busy database

export default {
  template: `
    <section class="actions panel" :aria-label="words.actions">
      <h2 ref="title" tabindex="-1">{{ open ? titles[open] : words.actions }}</h2>
      <p v-if="said" class="notice" :class="said.tone" role="alert" :key="said.number"
         ref="notice" tabindex="-1">{{ said.text }}</p>
      <p v-for="line in standing" :key="line" class="standing">{{ line }}</p>
      <div class="buttons" v-if="!open">
        <button v-if="can.includes('accept')" type="button" class="primary" id="accept"
                :disabled="busy" @click="accept">{{ words.accept }}</button>
        <button v-if="can.includes('close')" type="button" id="open-close" class="primary"
                @click="show('close')">{{ words.close }}…</button>
        <button v-if="can.includes('false-alarm')" type="button" id="open-false-alarm"
                @click="show('false-alarm')">{{ words.false_alarm }}…</button>
        <button v-if="can.includes('note')" type="button" id="open-note"
                @click="show('note')">{{ words.add_note }}…</button>
      </div>
      <form v-else @submit.prevent="submit" @keydown.esc="cancel">
        <fieldset v-if="open === 'close'" class="verdicts">
          <legend>{{ words.verdict }}<em> {{ words.required }}</em></legend>
          <label v-for="choice in verdicts" :key="choice.value"><input type="radio" name="verdict"
            required :value="choice.value" v-model="verdict"> {{ choice.name }}</label>
        </fieldset>
        <div v-if="open === 'false-alarm'" class="reasons">
          <button v-for="reason in reasons" :key="reason" type="button" class="small"
                  @click="texts[open] = reason">{{ reason }}</button>
        </div>
        <label class="writing"><span>{{ open === 'false-alarm' ? words.reason : words.note }}<em
          v-if="needsText"> {{ words.required }}</em></span>
          <textarea ref="writing" v-model="texts[open]" rows="4" maxlength="2000" id="note-text"
                    :required="needsText"></textarea></label>
        <div class="form-buttons">
          <button type="submit" class="primary" id="submit-action" :disabled="busy || lacking">{{
            words.confirm }}</button>
          <button type="button" @click="cancel">{{ words.cancel }}</button>
        </div>
      </form>
    </section>`,
  props: {
    words: Object, version: Number, can: Array, standing: Array, notice: Object,
    verdicts: Array, reasons: Array,
  },
  emits: ["act"],
  data() {
    return { open: "", began: 0, texts: {}, verdict: "", busy: false, isLate: false };
  },
  computed: {
    titles() {
      return { close: this.words.close, "false-alarm": this.words.false_alarm, note: this.words.add_note };
    },
    said() {
      const late = { number: "late", tone: "bad", text: this.words.no_answer };
      return this.isLate ? late : this.notice;
    },
    text() { return (this.texts[this.open] ?? "").trim(); },
    needsText() { return this.open !== "close"; },
    lacking() { return this.needsText ? !this.text : !this.verdict; },
  },
  watch: {
    notice(notice) {
      if (!notice) return;
      this.answered(false);
      if (notice.tone === "good") {
        delete this.texts[this.sent];
        [this.open, this.verdict] = ["", ""];
      }
      // told what a colleague did: to confirm again is to know it
      if (notice.outcome === "conflict") this.began = this.version;
    },
    can(can) {
      if (this.open && !can.includes(this.open)) this.cancel();
    },
  },
  unmounted() { clearTimeout(this.patience); },
  methods: {
    show(form) {
      [this.open, this.began] = [form, this.version];
      this.$nextTick(() => this.$refs.writing?.focus());
    },
    cancel() {
      const form = this.open;
      this.open = "";
      this.$nextTick(() => {
        const button = document.getElementById(`open-${form}`);
        (button ?? this.$refs.notice ?? this.$refs.title).focus();
      });
    },
    accept() {
      this.began = this.version;
      this.send({ action: "accept" });
    },
    submit() {
      if (this.lacking) return;
      const verdict = this.open === "close" ? this.verdict : null;
      this.send({ action: this.open, verdict, note: this.text });
    },
    send(deed) {
      [this.sent, this.busy, this.isLate] = [deed.action, true, false];
      clearTimeout(this.patience);
      this.patience = setTimeout(() => this.answered(true), PATIENCE_MS);
      this.$emit("act", { ...deed, version: this.began });
    },
    // The buttons work again; the keyboard goes on from what is said, not from the page's top.
    answered(isLate) {
      clearTimeout(this.patience);
      [this.busy, this.isLate] = [false, isLate];
      this.$nextTick(() => this.$refs.notice?.focus());
    },
  },
};
