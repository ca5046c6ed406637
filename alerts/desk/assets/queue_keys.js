// Which key does what. With a Chinese input method on, `key` may not be the letter; `code` is.
const KEYS = { j: "next", k: "previous", a: "accept", f: "false-alarm", d: "dispatch", c: "close", m: "mute",
  "/": "search", "?": "help", "？": "help", Enter: "open" };
const LETTERS = { KeyJ: "j", KeyK: "k", KeyA: "a", KeyF: "f", KeyD: "d", KeyC: "c", KeyM: "m" };

export function keyOf(action) {
  return Object.keys(KEYS).find((key) => KEYS[key] === action)?.toUpperCase() ?? "";
}

keyOf.pressed = (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return "";
  return KEYS[event.key] ?? (event.key === "Process" ? KEYS[LETTERS[event.code]] : KEYS[event.key.toLowerCase()]) ?? "";
};

export function isTyping(element) {
  return !!element?.closest?.("input, textarea, select, [contenteditable]");
}
