// Cases that belong to this one, and the last ones of its camera.
import { whenText } from "/desk-assets/time.js";

export default {
  template: `
    <section class="related panel" :aria-label="words.links">
      <h2>{{ words.links }}</h2>
      <ul v-if="links.length" class="related-links">
        <li v-for="each in links" :key="each.code" :class="'severity-' + each.severity">
          <a :href="'/case/' + encodeURIComponent(each.code)"><b>{{ each.kind }}</b> <span class="code">{{ each.code }}</span>
            <span class="related-text">{{ each.text }}</span></a>
          <span class="sub">{{ when(each.at) }} · {{ each.status_name }}</span>
        </li>
      </ul>
      <p v-else class="sub">{{ words.links_none }}</p>
      <h2>{{ words.history }}</h2>
      <ul v-if="history.length" class="related-history">
        <li v-for="each in history" :key="each.code" :class="'severity-' + each.severity">
          <a :href="'/case/' + encodeURIComponent(each.code)" class="related-text">{{ each.text }}</a>
          <span class="sub">{{ when(each.at) }} · {{ each.status_name }}<template v-if="each.is_near"> · {{
            words.history_day }}</template></span>
        </li>
      </ul>
      <p v-else class="sub">{{ words.history_none }}</p>
    </section>`,
  props: { words: Object, links: Array, history: Array, now: String, zone: String },
  methods: {
    when(iso) { return whenText(iso, Date.parse(this.now), this.zone); },
  },
};
