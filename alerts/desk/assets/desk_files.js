// What officers attached: pictures small, the rest as links; more by button or by dropping.
import { whenText } from "/desk-assets/time.js";
import { sizeText, upload } from "/desk-assets/uploads.js";

export default {
  template: `
    <section class="files panel" :class="{ 'is-target': isOver }" :aria-label="words.files"
             @dragover.prevent="isOver = canAdd" @dragleave="isOver = false" @drop.prevent="dropped">
      <h2>{{ words.files }}<span v-if="canAdd" class="files-add">
        <button type="button" class="small" id="add-file" :disabled="busy" @click="$refs.chooser.click()">{{
          busy ? words.file_sending : words.file_add }}</button>
        <input ref="chooser" type="file" id="file-chooser" class="sr" multiple tabindex="-1"
               :aria-label="words.file_add" accept="image/jpeg,image/png,application/pdf,video/mp4"
               @change="chosen"></span></h2>
      <p v-for="line in faults" :key="line" class="notice bad" role="alert">{{ line }}</p>
      <ul v-if="files.length">
        <li v-for="file in files" :key="file.number">
          <a v-if="file.url" :href="file.url" target="_blank" rel="noopener">
            <img v-if="file.small" :src="file.small" :alt="file.name" loading="lazy" width="80" height="60">
            <span class="file-name">{{ file.name }}</span></a>
          <span v-else class="file-name">{{ file.name }} · {{ words.file_deleted }}</span>
          <span class="sub">{{ file.actor }} · {{ when(file.at) }} · {{ size(file.bytes) }}</span>
        </li>
      </ul>
      <p v-else class="sub">{{ canAdd ? words.files_none_drop : words.files_none }}</p>
    </section>`,
  props: {
    words: Object, code: String, files: Array, canAdd: Boolean, now: String, zone: String, lang: String,
  },
  data() {
    return { busy: false, faults: [], isOver: false };
  },
  methods: {
    when(iso) { return whenText(iso, Date.parse(this.now), this.zone); },
    size(bytes) { return sizeText(bytes, this.lang); },
    dropped(event) {
      this.isOver = false;
      if (this.canAdd && !this.busy) this.send([...event.dataTransfer.files]);
    },
    async chosen(event) {
      await this.send([...event.target.files]);
      event.target.value = "";
    },
    async send(files) {
      [this.busy, this.faults] = [true, []];
      for (const file of files) {
        const fault = await upload(this.code, file, this.words, this.lang);
        if (fault) this.faults.push(`${file.name}: ${fault}`);
      }
      this.busy = false;
    },
  },
};
