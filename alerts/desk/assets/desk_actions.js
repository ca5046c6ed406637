// What the officer can do with the case now. What is half written survives live updates, and in
// the browser's own store a restart of the desk; the version sent is the one that stood there when
// the officer began.
import { dropDraft, forgetOldDrafts, keepDraft, openForm, readDraft, reopened } from "/desk-assets/drafts.js";
import { clockText, whenText } from "/desk-assets/time.js";

const PATIENCE_MS = 15000; // the desk itself waits up to 10 s for a busy database
const UNITS = { minutes: 1, hours: 60, days: 1440 };
const blank = () => ({
  text: "", verdict: "", result: "", recipient: "", limit: "", number: "", unit: "hours",
  other: "", alerts: [],
});

export default {
  template: `
    <section class="actions panel" :aria-label="words.actions">
      <h2 ref="title" tabindex="-1">{{ open ? names[open] : words.actions }}</h2>
      <p v-if="said" class="notice" :class="said.tone" role="alert" :key="said.number"
         ref="notice" tabindex="-1">{{ said.text }}<time v-if="said.at" :datetime="said.at"> {{
         clock(said.at) }}</time></p>
      <p v-for="line in standing" :key="line" class="standing">{{ line }}</p>
      <div class="buttons" v-if="!open">
        <button v-for="(each, at) in main" :key="each.action" type="button" :id="buttonId(each)"
                :class="{ primary: !at && each.action !== 'note' }" :disabled="busy" @click="begin(each)">{{
                each.name }}{{ each.at_once ? '' : '…' }}</button>
        <div v-if="more.length" class="more-actions" role="group" :aria-label="words.more_actions">
          <button v-for="each in more" :key="each.action" type="button" :id="buttonId(each)"
                  class="small" :disabled="busy" @click="begin(each)">{{
                  each.name }}{{ each.at_once ? '' : '…' }}</button>
        </div>
      </div>
      <form v-else @submit.prevent="submit" @keydown.esc="cancel">
        <p v-if="isRestored" class="restored" role="status">{{ words.draft_restored }}
          <button type="button" class="quiet small" id="drop-draft" @click="startAnew">{{
            words.draft_drop }}</button></p>
        <fieldset v-if="has('verdict')" class="verdicts">
          <legend>{{ words.verdict }}<em> {{ words.required }}</em></legend>
          <label v-for="choice in verdicts" :key="choice.value"><input type="radio" name="verdict"
            required :value="choice.value" v-model="draft.verdict"> {{ choice.name }}</label>
        </fieldset>
        <fieldset v-if="has('result')" class="verdicts">
          <legend>{{ words.result }}<em> {{ words.required }}</em></legend>
          <label v-for="choice in results" :key="choice.value"><input type="radio" name="result"
            required :value="choice.value" v-model="draft.result"> {{ choice.name }}</label>
        </fieldset>
        <label v-if="has('recipient')" class="writing"><span>{{ words.recipient }}<em> {{
          words.required }}</em></span>
          <select v-model="draft.recipient" id="recipient" required ref="choosing">
            <option value="" disabled>{{ nobody ? words.recipients_none : words.recipient_choose }}</option>
            <optgroup v-if="known.departments.length" :label="words.departments">
              <option v-for="name in known.departments" :key="name" :value="'d:' + name">{{ name }}</option>
            </optgroup>
            <optgroup v-if="known.officers.length" :label="words.people">
              <option v-for="each in known.officers" :key="each.id" :value="'o:' + each.id">{{ each.name }}</option>
            </optgroup>
          </select></label>
        <fieldset v-if="has('limit')" class="verdicts limits">
          <legend>{{ words.limit }}<em v-if="form.is_limit_needed"> {{ words.required }}</em></legend>
          <label v-if="!form.is_limit_needed"><input type="radio" name="limit" value="" v-model="draft.limit"> {{
            words.limit_usual }}</label>
          <label><input type="radio" name="limit" value="30" v-model="draft.limit"> {{ words.limit_30 }}</label>
          <label><input type="radio" name="limit" value="120" v-model="draft.limit"> {{ words.limit_120 }}</label>
          <label><input type="radio" name="limit" value="1440" v-model="draft.limit"> {{ words.limit_1440 }}</label>
          <label><input type="radio" name="limit" value="custom" v-model="draft.limit"> {{ words.limit_custom }}</label>
          <span v-if="draft.limit === 'custom'" class="custom-limit">
            <input type="number" min="1" :max="mostUnits" step="1" v-model="draft.number" id="limit-number"
                   :aria-label="words.limit_number">
            <select v-model="draft.unit" id="limit-unit" :aria-label="words.limit_unit">
              <option value="minutes">{{ words.unit_minutes }}</option>
              <option value="hours">{{ words.unit_hours }}</option>
              <option value="days">{{ words.unit_days }}</option>
            </select>
          </span>
        </fieldset>
        <label v-if="has('case')" class="writing"><span>{{ words.other_case }}<em> {{
          words.required }}</em></span>
          <input v-model="draft.other" id="other-case" list="other-cases" required maxlength="64"
                 autocomplete="off" ref="choosing">
          <datalist id="other-cases">
            <option v-for="each in cases" :key="each.code" :value="each.code">{{ each.text }}</option>
          </datalist></label>
        <fieldset v-if="has('alerts')" class="chosen-alerts">
          <legend>{{ words.alerts }}<em> {{ words.required }}</em></legend>
          <label v-for="each in alerts" :key="each.id"><input type="checkbox" :value="each.id"
            v-model="draft.alerts"> {{ when(each.at) }} {{ each.text }}</label>
        </fieldset>
        <div v-if="open === 'false-alarm'" class="reasons">
          <button v-for="reason in reasons" :key="reason" type="button" class="small"
                  @click="draft.text = reason">{{ reason }}</button>
        </div>
        <label class="writing"><span>{{ form.text }}<em v-if="needsText"> {{ words.required }}</em></span>
          <textarea ref="writing" v-model="draft.text" rows="4" maxlength="2000" id="note-text"
                    :required="needsText"></textarea></label>
        <div class="form-buttons">
          <button type="submit" class="primary" id="submit-action" :disabled="busy || lacking">{{
            words.confirm }}</button>
          <button type="button" @click="cancel">{{ words.cancel }}</button>
        </div>
      </form>
    </section>`,
  props: {
    words: Object, officer: String, code: String, version: Number, main: Array, more: Array,
    forms: Object, standing: Array, notice: Object, verdicts: Array, results: Array,
    reasons: Array, recipients: Object, cases: Array, alerts: Array, now: String, zone: String,
  },
  emits: ["act"],
  data() {
    return { open: "", began: 0, drafts: {}, busy: false, isLate: false, isRestored: false };
  },
  computed: {
    names() {
      return Object.fromEntries([...this.main, ...this.more].map((each) => [each.action, each.name]));
    },
    said() {
      const late = { number: "late", tone: "bad", text: this.words.no_answer };
      return this.isLate ? late : this.notice;
    },
    form() { return this.forms[this.open]; },
    draft() { return this.drafts[this.open]; },
    known() { return this.recipients[this.open] ?? { departments: [], officers: [] }; },
    nobody() { return !this.known.departments.length && !this.known.officers.length; },
    text() { return this.draft.text.trim(); },
    needsText() { return this.form.is_text_needed || this.draft.result === "unsatisfied"; },
    mostUnits() { return Math.floor(129600 / UNITS[this.draft.unit]); },
    minutes() {
      const { limit, number, unit } = this.draft;
      if (limit !== "custom") return limit ? Number(limit) : null;
      const minutes = Number(number) * UNITS[unit];
      return minutes > 0 && minutes <= 129600 ? minutes : null;
    },
    lacking() {
      const draft = this.draft;
      const isLimitOpen = this.form.is_limit_needed || draft.limit === "custom";
      return (this.needsText && !this.text)
        || (this.has("verdict") && !draft.verdict)
        || (this.has("result") && !draft.result)
        || (this.has("recipient") && !draft.recipient)
        || (this.has("case") && !draft.other.trim())
        || (this.has("alerts") && !draft.alerts.length)
        || (this.has("limit") && isLimitOpen && this.minutes === null);
    },
  },
  watch: {
    drafts: {
      deep: true,
      handler() { if (this.open) keepDraft(this.place(this.open), this.draft, blank()); },
    },
    notice(notice) {
      if (!notice) return;
      this.answered(false);
      if (notice.tone === "good") {
        this.forget(this.sent);
        this.close();
      }
      // told what a colleague did: to confirm again is to know it
      if (notice.outcome === "conflict") this.began = this.version;
    },
    names(names) {
      if (this.open && !(this.open in names)) this.cancel();
    },
  },
  mounted() {
    forgetOldDrafts();
    const asked = reopened(this.code) || location.hash.slice(1);
    if (asked in this.names && asked in this.forms) {
      const each = [...this.main, ...this.more].find((one) => one.action === asked);
      if (!each.at_once) this.show(asked);
    }
  },
  unmounted() { clearTimeout(this.patience); },
  methods: {
    clock(iso) { return clockText(Date.parse(iso), this.zone); },
    when(iso) { return whenText(iso, Date.parse(this.now), this.zone); },
    place(action) { return [this.officer, this.code, action]; },
    has(field) { return this.form.fields.includes(field); },
    buttonId(each) { return each.at_once ? each.action : `open-${each.action}`; },
    begin(each) {
      if (each.at_once) this.atOnce(each.action);
      else this.show(each.action);
    },
    show(action) {
      const kept = readDraft(this.place(action));
      const isHere = action in this.drafts;
      if (!isHere) this.drafts[action] = { ...blank(), ...kept };
      this.isRestored = !isHere && kept !== null;
      [this.open, this.began] = [action, this.version];
      openForm(this.code, action);
      this.$nextTick(() => (this.$refs.choosing ?? this.$refs.writing)?.focus());
    },
    close() {
      this.open = "";
      this.isRestored = false;
      openForm(this.code, "");
    },
    forget(action) {
      delete this.drafts[action];
      dropDraft(this.place(action));
    },
    startAnew() {
      dropDraft(this.place(this.open));
      this.drafts[this.open] = blank();
      this.isRestored = false;
      this.$nextTick(() => this.$refs.writing?.focus());
    },
    cancel() {
      const form = this.open;
      this.close();
      this.$nextTick(() => {
        const button = document.getElementById(`open-${form}`);
        (button ?? this.$refs.notice ?? this.$refs.title).focus();
      });
    },
    atOnce(action) {
      this.began = this.version;
      this.send({ action });
    },
    submit() {
      if (this.lacking) return;
      this.send({ action: this.open, note: this.text, ...this.filled() });
    },
    filled() {
      const { draft, minutes } = this;
      const [kind, ...name] = draft.recipient.split(":");
      const who = kind === "o" ? { handler_id: Number(name[0]) } : { department: name.join(":") };
      return {
        ...(this.has("verdict") ? { verdict: draft.verdict } : {}),
        ...(this.has("result") ? { result: draft.result } : {}),
        ...(this.has("recipient") ? who : {}),
        ...(this.has("case") ? { case: draft.other.trim() } : {}),
        ...(this.has("alerts") ? { alerts: draft.alerts } : {}),
        ...(this.has("limit") && minutes !== null ? { minutes } : {}),
      };
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
