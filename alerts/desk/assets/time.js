// Times as officers read them. The PC's clock may be wrong, so ages are counted from the
// server's "now", which comes with every update.

export function clockOffset(serverNow) {
  return Date.parse(serverNow) - Date.now();
}

// To make a format takes longer than to use it a hundred times.
const formats = new Map();
function kept(name, make) {
  if (!formats.has(name)) formats.set(name, make());
  return formats.get(name);
}

export function ageText(iso, nowMs, lang, justNow) {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000));
  if (seconds < 10) return justNow;
  const spoken = kept(lang, () => new Intl.RelativeTimeFormat(lang, { numeric: "always", style: "short" }));
  if (seconds < 60) return spoken.format(-seconds, "second");
  if (seconds < 3600) return spoken.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return spoken.format(-Math.floor(seconds / 3600), "hour");
  return spoken.format(-Math.floor(seconds / 86400), "day");
}

// "2小时 5分钟": how long, in its two biggest units.
export function spanText(ms, lang) {
  const minutes = Math.ceil(ms / 60000);
  const counts = { day: Math.floor(minutes / 1440), hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 };
  const named = Object.entries(counts).filter(([, count]) => count).slice(0, 2);
  return (named.length ? named : [["minute", 0]])
    .map(([unit, count]) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" }).format(count))
    .join(" ");
}

const parts = (ms, zone) =>
  Object.fromEntries(
    kept(`parts ${zone}`, () => new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    })).formatToParts(ms).map((part) => [part.type, part.value]),
  );

export function clockText(ms, zone) {
  const p = parts(ms, zone);
  return `${p.hour}:${p.minute}:${p.second}`;
}

export function dateText(ms, zone) {
  const p = parts(ms, zone);
  return `${p.year}-${p.month}-${p.day}`;
}

// "21:04:05" today, "11-21 21:04" on another day.
export function whenText(iso, nowMs, zone) {
  const ms = Date.parse(iso);
  if (dateText(ms, zone) === dateText(nowMs, zone)) return clockText(ms, zone);
  return `${dateText(ms, zone).slice(5)} ${clockText(ms, zone).slice(0, 5)}`;
}
