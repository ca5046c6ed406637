// The moment itself: the snapshot with box and zone drawn over it, and the clip.
import DeskReason from "/desk-assets/desk_reason.js";

export default {
  template: `
    <section class="evidence" :aria-label="words.evidence">
      <desk-reason v-if="isGated" :words="words" :least="reasonLimits[0]" :most="reasonLimits[1]"
                   @reason="reason = $event"></desk-reason>
      <figure class="shot panel">
        <figcaption>{{ words.snapshot }}<span class="marks" v-if="pictureUrl">
          <label><input type="checkbox" v-model="marks"> {{ words.show_marks }}</label>
          <button type="button" class="quiet small" @click="enlarge">{{ words.enlarge }}</button>
        </span></figcaption>
        <div class="stage" ref="stage">
          <div v-if="pictureUrl" class="overlaid" :style="{ '--ratio': ratio }">
            <img :src="pictureUrl" :alt="words.snapshot_alt" id="snapshot" @load="measure">
            <svg v-if="marks" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
              <polygon v-for="zone in zones" :key="zone.id" class="zone" :points="zone.points"/>
              <template v-for="box in boxes" :key="box.id">
                <rect class="box-edge" :x="box.x" :y="box.y" :width="box.w" :height="box.h"/>
                <rect class="box" :x="box.x" :y="box.y" :width="box.w" :height="box.h"/>
              </template>
            </svg>
            <template v-if="marks">
              <span v-for="box in boxes" :key="box.id" class="box-name" :style="place(box)">{{
                box.name }}</span>
            </template>
          </div>
          <p v-else class="waiting" :class="picture.state"><i></i>{{ isGated ? words.reason_waits : picture.words }}</p>
        </div>
      </figure>
      <figure class="clip panel">
        <figcaption>{{ words.clip }}</figcaption>
        <div class="stage">
          <video v-if="clipUrl && !broken" id="clip" :src="clipUrl" :poster="pictureUrl || null"
                 controls muted autoplay playsinline preload="auto" @error="lost"></video>
          <p v-else-if="clipUrl" class="waiting failed"><i></i>{{ words.clip_unplayable }}
            <a :href="clipUrl" download>{{ words.download }}</a></p>
          <p v-else class="waiting" :class="clip.state"><i></i>{{ isGated ? words.reason_waits : clip.words }}</p>
        </div>
      </figure>
    </section>`,
  components: { DeskReason },
  props: {
    words: Object, picture: Object, clip: Object, boxes: Array, zones: Array,
    needsReason: Boolean, reasonLimits: Array,
  },
  data() {
    // What was shown while the case was open stays when the officer closes it.
    return { marks: true, ratio: 4 / 3, broken: false, reason: "", isShown: !this.needsReason };
  },
  computed: {
    isGated() {
      const has = this.picture.url || this.clip.url;
      return Boolean(has && this.needsReason && !this.reason && !this.isShown);
    },
    pictureUrl() { return this.allowed(this.picture.url); },
    clipUrl() { return this.allowed(this.clip.url); },
  },
  watch: {
    "clip.url"() { this.broken = false; },
    reason() { this.broken = false; },
  },
  methods: {
    allowed(url) {
      if (!url || this.isGated) return "";
      return this.reason ? `${url}?reason=${encodeURIComponent(this.reason)}` : url;
    },
    // The case was closed while the clip was not yet here whole: the rest of it needs a reason.
    lost() {
      if (this.needsReason && !this.reason) this.isShown = false;
      else this.broken = true;
    },
    measure(event) { this.ratio = event.target.naturalWidth / event.target.naturalHeight; },
    place(box) {
      // Above the box, or inside it where it touches the upper edge.
      const side = box.x > 0.7 ? { right: `${(1 - box.x - box.w) * 100}%` } : { left: `${box.x * 100}%` };
      return box.y > 0.08
        ? { ...side, bottom: `${(1 - box.y) * 100}%` }
        : { ...side, top: `${box.y * 100}%` };
    },
    enlarge() {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.$refs.stage.requestFullscreen?.();
    },
  },
};
