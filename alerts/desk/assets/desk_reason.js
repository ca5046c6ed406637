// Before footage of a household's camera whose case is over: why does the officer look again?
export default {
  template: `
    <div class="reason-gate panel">
      <p>{{ words.reason_needed }}</p>
      <button type="button" class="primary" id="state-reason" ref="opener" @click="open">{{
        words.reason_state }}…</button>
      <dialog ref="dialog" class="reason-dialog panel" aria-labelledby="reason-title">
        <form @submit.prevent="give">
          <h2 id="reason-title">{{ words.reason_state }}</h2>
          <p class="muted">{{ words.reason_kept }}</p>
          <label class="writing"><span>{{ words.reason_label }}<em> {{ words.required }}</em></span>
            <textarea v-model="text" rows="3" :maxlength="most" id="reason-text" autofocus></textarea>
          </label>
          <div class="form-buttons">
            <button type="submit" class="primary" id="give-reason" :disabled="said.length < least">{{
              words.confirm }}</button>
            <button type="button" @click="close">{{ words.cancel }}</button>
          </div>
        </form>
      </dialog>
    </div>`,
  props: { words: Object, least: Number, most: Number },
  emits: ["reason"],
  data() {
    return { text: "" };
  },
  computed: {
    // As the desk counts it: runs of blanks are one.
    said() { return this.text.split(/\s+/).filter(Boolean).join(" "); },
  },
  methods: {
    open() { this.$refs.dialog.showModal(); },
    close() {
      this.$refs.dialog.close();
      this.$refs.opener.focus();
    },
    give() {
      if (this.said.length < this.least) return;
      this.$refs.dialog.close();
      this.$emit("reason", this.said);
    },
  },
};
