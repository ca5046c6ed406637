// The register of looks. Every text from outside stands in {{ }}: shown, never interpreted.
import { clockText, dateText } from "/desk-assets/time.js";

export default {
  template: `
    <section class="register" :aria-label="words.register">
      <a href="/" class="back">← {{ words.back }}</a>
      <div class="register-top">
        <div>
          <h1>{{ words.register }}</h1>
          <p class="muted">{{ words.register_about }}</p>
        </div>
        <a href="/api/register/export" download class="button" id="export-register">{{
          words.register_export }}</a>
      </div>
      <p v-if="notice" class="notice bad" role="alert">{{ notice }}</p>
      <form method="get" action="/register" class="register-filter panel">
        <label v-for="field in fields" :key="field.name"><span>{{ field.label }}</span>
          <select v-if="field.choices.length" :name="field.name" :value="field.value">
            <option v-for="choice in field.choices" :key="choice.value" :value="choice.value">{{
              choice.name }}</option>
          </select>
          <input v-else :type="field.type" :name="field.name" :value="field.value" maxlength="64"
                 autocomplete="off">
        </label>
        <span class="form-buttons">
          <button type="submit" class="primary">{{ words.register_apply }}</button>
          <a href="/register" class="button">{{ words.register_clear }}</a>
        </span>
      </form>
      <p v-if="!rows.length" class="empty">{{ words.register_none }}</p>
      <div v-else class="register-scroll panel" tabindex="0" role="region" :aria-label="words.register">
        <table>
          <thead><tr><th v-for="column in columns" :key="column" scope="col">{{ column }}</th></tr></thead>
          <tbody>
            <tr v-for="row in rows" :key="row.number" :data-number="row.number">
              <td class="sub">{{ row.number }}</td>
              <td><time :datetime="row.at">{{ when(row) }}</time></td>
              <td>{{ row.actor }}<span class="sub">{{ row.login }}</span></td>
              <td>{{ row.action }}</td>
              <td><a v-if="row.case" :href="'/case/' + row.case">{{ row.case }}</a>
                <span v-if="row.camera" class="sub">{{ row.camera }}</span>
                <span v-if="row.subject">{{ row.subject }}</span></td>
              <td>{{ row.area }}</td>
              <td>{{ row.reason === row.case ? "" : row.reason }}</td>
              <td class="sub">{{ row.client }}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <nav class="register-ways">
        <a v-if="newest" :href="newest">{{ words.register_newest }}</a>
        <a v-if="older" :href="older" id="older">{{ words.register_older }}</a>
      </nav>
      <p class="register-head sub">{{ words.register_head }} <code id="register-head">{{ head }}</code>
        {{ words.register_head_why }}</p>
    </section>`,
  props: {
    words: Object, lang: String, zone: String, now: String, notice: String, fields: Array,
    columns: Array, rows: Array, head: String, older: String, newest: String,
  },
  methods: {
    when(row) {
      const ms = Date.parse(row.at);
      return `${dateText(ms, this.zone)} ${clockText(ms, this.zone)}`;
    },
  },
};
