// The accounts of an area. Every text from outside stands in {{ }}: shown, never interpreted.
const EMPTY = { name: "", display_name: "", role: "", area_id: "", department: "", password: "" };

export default {
  template: `
    <section class="officers panel" :aria-label="words.officers">
      <div class="officers-head">
        <div><a href="/" class="back">{{ words.back }}</a><h1>{{ words.officers }}</h1>
          <p class="muted">{{ words.officers_about }}</p></div>
        <button v-if="!open" type="button" class="primary" id="officer-new" @click="show('officer-add')">{{
          words.officer_new }}</button>
      </div>
      <p v-if="notice" class="notice" :class="notice.tone" role="alert" :key="notice.number"
         ref="notice" tabindex="-1">{{ notice.text }}</p>
      <form v-if="open" class="officer-form" @submit.prevent="submit" @keydown.esc="open = ''">
        <h2>{{ titles[open] }}<span v-if="open !== 'officer-add'"> · {{ form.name }}</span></h2>
        <label v-if="open === 'officer-add'">{{ words.name }} <input ref="first" v-model.trim="form.name" required
          maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
        <template v-if="open !== 'officer-reset'">
          <label>{{ words.officer_shown }} <input v-model.trim="form.display_name" maxlength="100"></label>
          <label>{{ words.officer_role }} <select v-model="form.role" required>
            <option v-for="role in roles" :key="role.value" :value="role.value">{{ role.name }}</option>
          </select></label>
          <label>{{ words.officer_area }} <select v-model="form.area_id" required>
            <option v-for="area in areas" :key="area.value" :value="area.value">{{ area.name }}</option>
          </select></label>
          <label>{{ words.officer_department }}<em v-if="needsDepartment"> {{ words.required }}</em>
            <input v-model.trim="form.department" maxlength="100" :required="needsDepartment"></label>
        </template>
        <label v-if="needsPassword">{{ words.password }} <span class="sub">{{ words.password_rule }}</span>
          <input ref="secret" v-model="form.password" type="password" required minlength="8" maxlength="200"
            autocomplete="new-password"></label>
        <p v-else-if="open === 'officer-add'" class="sub">{{ words.password_none }}</p>
        <div class="form-buttons">
          <button type="submit" class="primary" id="officer-submit">{{ words.confirm }}</button>
          <button type="button" @click="open = ''">{{ words.cancel }}</button>
        </div>
      </form>
      <p v-if="!rows.length" class="muted">{{ words.officers_none }}</p>
      <table v-else>
        <thead><tr><th v-for="title in columns" :key="title" scope="col">{{ title }}</th></tr></thead>
        <tbody>
          <tr v-for="row in rows" :key="row.name" :class="{ locked: row.locked }" :data-name="row.name">
            <th scope="row">{{ row.display_name }} <span class="sub">{{ row.name }}</span></th>
            <td>{{ row.role_name }}</td>
            <td>{{ row.area_name }}</td>
            <td>{{ row.department }}</td>
            <td>{{ row.state }}</td>
            <td class="deeds">
              <template v-if="row.can">
                <button type="button" class="small" @click="change(row)">{{ words.officer_change }}</button>
                <button v-if="row.role !== 'integrator'" type="button" class="small" @click="reset(row)">{{
                  words.officer_reset }}</button>
                <button type="button" class="small" @click="toggle(row)">{{
                  row.locked ? words.officer_unlock : words.officer_lock }}</button>
              </template>
              <span v-else-if="row.self" class="sub">{{ words.officer_self }}</span>
            </td>
          </tr>
        </tbody>
      </table>
    </section>`,
  props: { words: Object, rows: Array, roles: Array, areas: Array, notice: Object },
  emits: ["act"],
  data() {
    return { open: "", form: { ...EMPTY } };
  },
  computed: {
    titles() {
      return {
        "officer-add": this.words.officer_new,
        "officer-change": this.words.officer_change,
        "officer-reset": this.words.officer_reset,
      };
    },
    columns() {
      const { words } = this;
      return [words.officer_shown, words.officer_role, words.officer_area, words.officer_department,
        words.officer_state, words.officer_deeds];
    },
    needsDepartment() { return this.form.role === "department-handler"; },
    needsPassword() {
      return this.open === "officer-reset"
        || (this.open === "officer-add" && this.form.role !== "integrator");
    },
  },
  watch: {
    notice(notice) {
      if (notice?.tone === "good") this.open = "";
      this.$nextTick(() => this.$refs.notice?.focus());
    },
  },
  methods: {
    show(form, row) {
      const known = row ?? { role: "", area: this.areas[0]?.value ?? "" };
      const { name, display_name, role, area, department } = { ...EMPTY, ...known };
      this.form = { name, display_name, role, area_id: area, department, password: "" };
      this.open = form;
      this.$nextTick(() => (this.$refs.first ?? this.$refs.secret)?.focus());
    },
    change(row) { this.show("officer-change", row); },
    reset(row) { this.show("officer-reset", row); },
    toggle(row) {
      this.$emit("act", { action: row.locked ? "officer-unlock" : "officer-lock", name: row.name });
    },
    submit() {
      const { name, password, ...rest } = this.form;
      if (this.open === "officer-add") this.$emit("act", { action: this.open, name, password, ...rest });
      else if (this.open === "officer-reset") this.$emit("act", { action: this.open, name, password });
      else this.$emit("act", { action: this.open, name, ...rest });
      this.form.password = "";
    },
  },
};
