// The webhooks of an area. Every text from outside stands in {{ }}: shown, never interpreted.
import { whenText } from "/desk-assets/time.js";

const blank = (areas) => ({ url: "", area_id: areas?.[0]?.value ?? "", kinds: [] });

export default {
  template: `
    <section class="officers webhooks panel" :aria-label="words.webhooks">
      <div class="officers-head">
        <div><a href="/" class="back">{{ words.back }}</a><h1>{{ words.webhooks }}</h1>
          <p class="muted">{{ words.webhooks_about }}</p></div>
        <button v-if="!form" type="button" class="primary" id="webhook-new" @click="begin">{{
          words.webhook_new }}</button>
      </div>
      <p v-if="notice" class="notice" :class="notice.tone" role="alert" :key="notice.number"
         ref="notice" tabindex="-1">{{ notice.text }}</p>
      <div v-if="made" class="webhook-secret">
        <p class="webhook-url">{{ made.url }}</p>
        <label>{{ words.webhook_secret }} <input readonly :value="made.secret" id="webhook-secret"
          @focus="$event.target.select()" spellcheck="false"></label>
        <p class="sub">{{ words.webhook_secret_why }}</p>
        <button type="button" id="secret-kept" @click="$emit('secret-kept')">{{ words.webhook_secret_kept }}</button>
      </div>
      <form v-if="form" class="officer-form" @submit.prevent="add" @keydown.esc="form = null">
        <h2>{{ words.webhook_new }}</h2>
        <label class="webhook-address">{{ words.webhook_url }}<input ref="first" v-model.trim="form.url" required
          type="url" maxlength="2000" autocomplete="off" spellcheck="false"></label>
        <label>{{ words.webhook_area }} <select v-model="form.area_id" required>
          <option v-for="area in areas" :key="area.value" :value="area.value">{{ area.name }}</option>
        </select></label>
        <fieldset class="webhook-kinds">
          <legend>{{ words.webhook_kinds }}</legend>
          <label v-for="kind in kinds" :key="kind.value"><input type="checkbox" :value="kind.value"
            v-model="form.kinds"> {{ kind.name }}</label>
        </fieldset>
        <div class="form-buttons">
          <button type="submit" class="primary" id="webhook-submit">{{ words.confirm }}</button>
          <button type="button" @click="form = null">{{ words.cancel }}</button>
        </div>
      </form>
      <p v-if="!rows.length" class="muted">{{ words.webhooks_none }}</p>
      <article v-for="row in rows" :key="row.id" class="webhook" :data-webhook="row.id">
        <div class="webhook-head">
          <div class="webhook-who">
            <h2 class="webhook-url">{{ row.url }}</h2>
            <p class="sub"><span class="chip" :class="'hook-' + row.state">{{ row.state_name }}</span>
              {{ row.area }} · {{ row.kinds }} · {{ row.by }}</p>
            <p v-if="row.paused" class="webhook-trouble">{{ row.paused }}</p>
            <p v-if="row.since" class="webhook-trouble"><time :datetime="row.since">{{ when(row.since) }}</time>
              {{ words.webhook_since }} · {{ row.why }}<template v-if="row.next"> · {{ words.webhook_next }}
              <time :datetime="row.next">{{ when(row.next) }}</time></template></p>
          </div>
          <ul class="webhook-counts"><li v-for="each in row.counts" :key="each.state">{{ each.text }}</li></ul>
          <div v-if="removing === row.id" class="deeds" role="group" :aria-label="words.webhook_remove">
            <span>{{ words.webhook_remove_sure }}</span>
            <button type="button" class="small" ref="sure" @click="act('webhook-remove', row)">{{ words.confirm }}</button>
            <button type="button" class="small" @click="removing = 0">{{ words.cancel }}</button>
          </div>
          <div v-else class="deeds">
            <button type="button" class="small" @click="act('webhook-test', row)">{{ words.webhook_test }}</button>
            <button type="button" class="small" @click="toggle(row)">{{
              row.state === 'stopped' ? words.webhook_start : words.webhook_stop }}</button>
            <button type="button" class="small" @click="askRemoval(row)">{{ words.webhook_remove }}</button>
          </div>
        </div>
        <p v-if="!row.deliveries.length" class="sub">{{ words.webhook_nothing }}</p>
        <table v-else :aria-label="words.webhook_latest">
          <thead><tr><th v-for="title in columns" :key="title" scope="col">{{ title }}</th></tr></thead>
          <tbody>
            <tr v-for="each in row.deliveries" :key="each.id" :data-delivery="each.id">
              <td><time :datetime="each.at">{{ when(each.at) }}</time></td>
              <td>{{ each.what }} <a v-if="each.code" class="code" :href="'/case/' + encodeURIComponent(each.code)">{{
                each.code }}</a></td>
              <td><b :class="'sent-' + each.state">{{ each.state_name }}</b>
                <span class="sub"><template v-if="each.since"> <time :datetime="each.since">{{ when(each.since) }}</time>
                  {{ words.webhook_since }}</template><template v-if="each.tried"> · {{ each.tried }}</template><template
                  v-if="each.why"> · {{ each.why }}</template><template v-if="each.next"> · {{ words.webhook_next }}
                  <time :datetime="each.next">{{ when(each.next) }}</time></template></span></td>
              <td class="deeds"><button v-if="each.can" type="button" class="small" @click="resend(row, each)">{{
                words.webhook_resend }}</button></td>
            </tr>
          </tbody>
        </table>
      </article>
    </section>`,
  props: {
    words: Object, kinds: Array, rows: { type: Array, default: () => [] }, areas: Array,
    notice: Object, made: Object, now: String, zone: String, lang: String,
  },
  emits: ["act", "secret-kept"],
  data() {
    return { form: null, removing: 0 };
  },
  computed: {
    columns() {
      const { words } = this;
      return [words.webhook_made_at, words.webhook_what, words.webhook_result, words.webhook_deeds];
    },
  },
  watch: {
    notice(notice) {
      if (notice?.tone === "good") [this.form, this.removing] = [null, 0];
      this.$nextTick(() => this.$refs.notice?.focus());
    },
  },
  methods: {
    when(iso) { return whenText(iso, Date.parse(this.now), this.zone); },
    begin() {
      this.form = blank(this.areas);
      this.$nextTick(() => this.$refs.first?.focus());
    },
    add() { this.$emit("act", { action: "webhook-add", ...this.form }); },
    act(action, row) { this.$emit("act", { action, id: row.id }); },
    toggle(row) { this.act(row.state === "stopped" ? "webhook-start" : "webhook-stop", row); },
    resend(row, each) { this.$emit("act", { action: "webhook-resend", id: row.id, delivery: each.id }); },
    askRemoval(row) {
      this.removing = row.id;
      this.$nextTick(() => this.$refs.sure?.[0]?.focus());
    },
  },
};
