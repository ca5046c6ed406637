// How long a step may still take. Seconds are told only where they matter.
const SOON_S = 600;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function limitOf(row, nowMs, words) {
  if (!row.due_at) return { text: "", tone: "none" };
  const left = Math.round((Date.parse(row.due_at) - nowMs) / 1000);
  const isOver = left < 0;
  const minutes = Math.floor(Math.abs(left) / 60);
  const tone = isOver ? "over" : left < SOON_S ? "soon" : "running";
  if (!isOver && left < SOON_S) {
    const seconds = String(left % 60).padStart(2, "0");
    return { tone, text: fill(words.left_s, { minutes, seconds }) };
  }
  const unit = minutes < 60 ? "m" : minutes < 1440 ? "h" : "d";
  const values = {
    m: { minutes },
    h: { hours: Math.floor(minutes / 60), minutes: minutes % 60 },
    d: { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60) },
  }[unit];
  return { tone, text: fill(words[`${isOver ? "over" : "left"}_${unit}`], values) };
}
