// A case that no camera saw, with its photos: what is typed stays until the desk has it.
import { dropDraft, keepDraft, readDraft } from "/desk-assets/drafts.js";
import { sizeText, upload } from "/desk-assets/uploads.js";

const blank = () => ({ origin: "", category: "", severity: "medium", area: "", place: "", text: "", camera: "" });
const PATIENCE_MS = 15000;
// Under which the desk opens one case, however often it is asked; `randomUUID` needs https.
const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16).padStart(8, "0")).join("");

export default {
  template: `
    <section class="new-case panel">
      <a class="back" href="/">← {{ words.back }}</a>
      <h1>{{ words.new_case_page }}</h1>
      <p v-if="said" class="notice bad" role="alert" ref="notice" tabindex="-1">{{ said }}</p>
      <p v-if="opened" class="notice good" role="status"><a :href="'/case/' + encodeURIComponent(opened)">{{
        words.new_case_opened }} {{ opened }}</a></p>
      <p v-if="isRestored" class="restored" role="status">{{ words.draft_restored }}
        <button type="button" class="quiet small" id="drop-draft" @click="startAnew">{{ words.draft_drop }}</button></p>
      <form v-if="!opened" @submit.prevent="submit">
        <label class="writing"><span>{{ words['fact.origin'] }}<em> {{ words.required }}</em></span>
          <select v-model="draft.origin" id="origin" required><option value="" disabled>{{ words.recipient_choose }}</option>
            <option v-for="each in origins" :key="each.value" :value="each.value">{{ each.name }}</option></select></label>
        <label class="writing"><span>{{ words['fact.category'] }}<em> {{ words.required }}</em></span>
          <select v-model="draft.category" id="category" required><option value="" disabled>{{ words.recipient_choose }}</option>
            <option v-for="each in categories" :key="each.value" :value="each.value">{{ each.name }}</option></select></label>
        <label class="writing"><span>{{ words.new_case_severity }}</span>
          <select v-model="draft.severity" id="severity">
            <option v-for="each in severities" :key="each.value" :value="each.value">{{ each.name }}</option></select></label>
        <label class="writing"><span>{{ words['fact.area'] }}<em> {{ words.required }}</em></span>
          <select v-model="draft.area" id="area" required @change="draft.camera = ''">
            <option v-for="each in areas" :key="each.value" :value="each.value">{{ each.name }}</option></select></label>
        <label class="writing wide"><span>{{ words['fact.place'] }}</span>
          <input v-model="draft.place" id="place" maxlength="300" autocomplete="off"></label>
        <label class="writing wide"><span>{{ words.new_case_text }}<em> {{ words.required }}</em></span>
          <textarea v-model="draft.text" id="case-text" rows="4" maxlength="2000" required></textarea>
          <span>{{ words.new_case_nobody }}</span></label>
        <label v-if="cameras.length" class="writing wide"><span>{{ words.new_case_camera }}</span>
          <select v-model="draft.camera" id="camera"><option value="">{{ words.new_case_no_camera }}</option>
            <option v-for="each in nearby" :key="each.value" :value="each.value">{{ each.name }}</option></select></label>
        <div class="wide photos"><label class="writing"><span>{{ words.new_case_photos }}</span>
          <input type="file" id="photos" multiple accept="image/jpeg,image/png,application/pdf,video/mp4"
                 @change="photos = [...$event.target.files]"></label>
          <p v-for="each in photos" :key="each.name" class="sub">{{ each.name }} · {{ size(each.size) }}</p></div>
        <div class="form-buttons wide"><button type="submit" class="primary" id="open-case"
          :disabled="busy || lacking">{{ words.new_case_open }}</button></div>
      </form>
    </section>`,
  props: {
    words: Object, officer: String, lang: String, origins: Array, categories: Array, severities: Array,
    areas: Array, cameras: Array, home: String, answer: Object,
  },
  emits: ["open-case"],
  data() {
    const kept = readDraft([this.officer, "new", "open"]);
    const key = kept?.key || newKey();
    return {
      key, draft: { ...this.fresh(), ...kept, key }, isRestored: kept !== null, photos: [], busy: false, said: "", opened: "",
    };
  },
  computed: {
    lacking() {
      const { origin, category, area, text } = this.draft;
      return !origin || !category || !area || !text.trim();
    },
    below() {
      const found = new Set([this.draft.area]);
      for (const area of this.areas) if (found.has(area.parent)) found.add(area.value); // parents come first
      return found;
    },
    nearby() { return this.cameras.filter((camera) => this.below.has(camera.area)); },
  },
  watch: {
    draft: {
      deep: true,
      handler() { keepDraft([this.officer, "new", "open"], this.draft, this.fresh()); },
    },
    async answer(answer) {
      clearTimeout(this.patience);
      if (answer.used) this.takeNewKey();
      if (!answer.code) {
        this.complain(answer.text);
        return;
      }
      dropDraft([this.officer, "new", "open"]);
      const faults = [];
      for (const photo of this.photos) {
        const fault = await upload(answer.code, photo, this.words, this.lang);
        if (fault) faults.push(`${photo.name}: ${fault}`);
      }
      if (!faults.length) {
        window.location.assign(`/case/${encodeURIComponent(answer.code)}`);
        return;
      }
      this.opened = answer.code;
      this.complain(faults.join(" "));
    },
  },
  unmounted() { clearTimeout(this.patience); },
  methods: {
    fresh() { return { ...blank(), area: this.home, key: this.key }; },
    takeNewKey() {
      this.key = newKey();
      this.draft.key = this.key;
    },
    size(bytes) { return sizeText(bytes, this.lang); },
    startAnew() {
      this.key = newKey();
      [this.draft, this.isRestored] = [this.fresh(), false];
    },
    complain(text) {
      [this.busy, this.said] = [false, text];
      this.$nextTick(() => this.$refs.notice?.focus());
    },
    submit() {
      if (this.lacking) return;
      [this.busy, this.said] = [true, ""];
      this.patience = setTimeout(() => this.complain(this.words.no_answer), PATIENCE_MS);
      this.$emit("open-case", { ...this.draft, camera: this.draft.camera || null });
    },
  },
};
