// What a key or button of the queue still has to know: the reason, the verdict, to whom; and the help.
const PRESETS = ["shadow", "animal", "light", "weather", "authorised", "other"];
const VERDICTS = ["true", "duplicate", "drill", "test"]; // false has its own action, which asks why
const LIMITS = ["30", "120", "480", "1440", "4320"];
const KEYS = [["J / K", "move"], ["Enter", "open"], ["A", "accept"], ["F", "false-alarm"], ["D", "dispatch"],
  ["C", "close"], ["/", "search"], ["M", "mute"], ["?", "help"]];

export default {
  template: `
    <dialog ref="dialog" class="deed-dialog panel" aria-labelledby="deed-title" @close="closed">
      <form @submit.prevent="submit">
        <h2 id="deed-title">{{ title }}</h2>
        <p v-if="row" class="muted">{{ row.camera }} {{ row.text }} <span class="code">{{ row.code }}</span></p>
        <p v-if="said" class="notice" :class="said.tone" role="alert" :key="said.number">{{ said.text }}</p>
        <dl v-if="action === 'help'" class="keys">
          <template v-for="[key, name] in keys" :key="name"><dt><kbd>{{ key }}</kbd></dt><dd>{{ words['key.' + name] }}</dd></template>
        </dl>
        <fieldset v-if="action === 'false-alarm'" class="verdicts">
          <legend>{{ words.reason }}<em> {{ words.required }}</em></legend>
          <label v-for="preset in presets" :key="preset"><input type="radio" name="preset" :value="preset"
            v-model="preset_" :autofocus="preset === presets[0]"> {{ words['preset.' + preset] }}</label>
        </fieldset>
        <fieldset v-if="action === 'close'" class="verdicts">
          <legend>{{ words.verdict }}<em> {{ words.required }}</em></legend>
          <label v-for="each in verdicts" :key="each"><input type="radio" name="verdict" :value="each" v-model="verdict"
            :autofocus="each === verdicts[0]"> {{ words['verdict.' + each] }}</label>
        </fieldset>
        <template v-if="action === 'dispatch'">
          <p v-if="!known" class="muted">{{ words.recipient_wait }}</p>
          <template v-else>
            <label v-if="known.departments.length" class="writing"><span>{{ words.recipient_department }}</span>
              <select id="department" v-model="department"><option value="">{{ words.recipient_none }}</option>
                <option v-for="each in known.departments" :key="each" :value="each">{{ each }}</option></select></label>
            <label class="writing"><span>{{ words.recipient_officer }}</span>
              <select id="handler" v-model="handler"><option value="">{{ words.recipient_none }}</option>
                <option v-for="each in known.officers" :key="each.id" :value="each.id">{{ each.name }}</option></select></label>
            <label class="writing"><span>{{ words.limit }}</span>
              <select id="minutes" v-model="minutes"><option value="">{{ words['limit.usual'] }}</option>
                <option v-for="each in limits" :key="each" :value="each">{{ words['limit.' + each] }}</option></select></label>
          </template>
        </template>
        <label v-if="action !== 'help'" class="writing"><span>{{ action === 'false-alarm' ? words.reason_other : words.note }}</span>
          <textarea id="deed-note" v-model="note" rows="2" maxlength="1900"></textarea></label>
        <div class="form-buttons">
          <button v-if="action !== 'help'" type="submit" class="primary" id="submit-deed"
                  :disabled="busy || lacking">{{ words.confirm }}</button>
          <button type="button" :autofocus="action === 'help'" @click="$refs.dialog.close()">{{
            action === 'help' ? words.keys_close : words.cancel }}</button>
        </div>
      </form>
    </dialog>`,
  props: { words: Object, said: Object, busy: Boolean, recipients: Object },
  emits: ["act", "whom", "open"],
  data() {
    return { action: "", row: null, preset_: "", verdict: "", note: "", department: "", handler: "", minutes: "",
      presets: PRESETS, verdicts: VERDICTS, limits: LIMITS, keys: KEYS };
  },
  computed: {
    title() {
      return { help: this.words.keys_help, "false-alarm": this.words.false_alarm, close: this.words.close,
        dispatch: this.words.dispatch }[this.action] ?? "";
    },
    known() { return this.recipients?.code === this.row?.code ? this.recipients : null; },
    reason() {
      const preset = this.preset_ && this.preset_ !== "other" ? this.words[`preset.${this.preset_}`] : "";
      return [preset, this.note.trim()].filter(Boolean).join("；");
    },
    lacking() {
      if (this.action === "false-alarm") return !this.preset_ || !this.reason;
      if (this.action === "close") return !this.verdict;
      return this.action === "dispatch" && !this.department && !this.handler;
    },
  },
  methods: {
    help() { this.show("help", null); },
    ask(action, row) {
      [this.preset_, this.verdict, this.note, this.department, this.handler, this.minutes] = ["", "", "", "", "", ""];
      if (action === "dispatch") this.$emit("whom", row.code);
      this.show(action, row);
    },
    show(action, row) {
      [this.action, this.row] = [action, row];
      this.$emit("open", true);
      this.$nextTick(() => {
        this.$refs.dialog.showModal();
        this.$refs.dialog.querySelector("input, select, [autofocus]")?.focus();
      });
    },
    done() { this.$refs.dialog.close(); },
    closed() {
      this.action = "";
      this.$emit("open", false);
    },
    submit() {
      if (this.lacking || this.busy || !this.row) return;
      const deed = { action: this.action, code: this.row.code, version: this.row.version, note: this.note.trim() };
      if (this.action === "false-alarm") deed.note = this.reason;
      if (this.action === "close") deed.verdict = this.verdict;
      if (this.action === "dispatch") Object.assign(deed, { department: this.department || null,
        handler_id: Number(this.handler) || null, minutes: Number(this.minutes) || null });
      this.$emit("act", deed);
    },
  },
};
