// The moment itself: the snapshot with box and zone drawn over it, and the clip.
export default {
  template: `
    <section class="evidence" :aria-label="words.evidence">
      <figure class="shot panel">
        <figcaption>{{ words.snapshot }}<span class="marks" v-if="picture.url">
          <label><input type="checkbox" v-model="marks"> {{ words.show_marks }}</label>
          <button type="button" class="quiet small" @click="enlarge">{{ words.enlarge }}</button>
        </span></figcaption>
        <div class="stage" ref="stage">
          <div v-if="picture.url" class="overlaid" :style="{ '--ratio': ratio }">
            <img :src="picture.url" :alt="words.snapshot_alt" id="snapshot" @load="measure">
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
          <p v-else class="waiting" :class="picture.state"><i></i>{{ picture.words }}</p>
        </div>
      </figure>
      <figure class="clip panel">
        <figcaption>{{ words.clip }}</figcaption>
        <div class="stage">
          <video v-if="clip.url && !broken" id="clip" :src="clip.url" :poster="picture.url || null"
                 controls muted autoplay playsinline preload="auto" @error="broken = true"></video>
          <p v-else-if="clip.url" class="waiting failed"><i></i>{{ words.clip_unplayable }}
            <a :href="clip.url" download>{{ words.download }}</a></p>
          <p v-else class="waiting" :class="clip.state"><i></i>{{ clip.words }}</p>
        </div>
      </figure>
    </section>`,
  props: { words: Object, picture: Object, clip: Object, boxes: Array, zones: Array },
  data() {
    return { marks: true, ratio: 4 / 3, broken: false };
  },
  watch: {
    "clip.url"() { this.broken = false; },
  },
  methods: {
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
