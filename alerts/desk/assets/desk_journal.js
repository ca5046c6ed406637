// What happened to the case, newest first; entries are only ever added.
import { whenText } from "/desk-assets/time.js";

export default {
  template: `
    <section class="journal panel" :aria-label="words.journal">
      <h2>{{ words.journal }}</h2>
      <ol>
        <li v-for="entry in entries" :key="entry.number" :class="'entry-' + entry.kind">
          <time :datetime="entry.at">{{ when(entry.at) }}</time>
          <span class="actor" :title="entry.actor">{{ entry.actor }}</span>
          <span class="deed"><b>{{ entry.deed }}</b><span v-for="fact in entry.facts" :key="fact.text"
            class="fact">{{ fact.text }}<time v-if="fact.at" :datetime="fact.at">{{ when(fact.at) }}</time><a
            v-if="fact.code" :href="'/case/' + encodeURIComponent(fact.code)">{{ fact.code }}</a></span><span
            class="note" v-if="entry.note">{{ entry.note }}</span></span>
        </li>
      </ol>
    </section>`,
  props: { words: Object, zone: String, now: String, entries: Array },
  methods: {
    when(iso) { return whenText(iso, Date.parse(this.now), this.zone); },
  },
};
