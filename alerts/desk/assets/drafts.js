// What is typed and not yet sent, in the browser's own store: a restart of the desk or a page
// closed by mistake loses nothing. Each officer of a shared PC has their own.
const PREFIX = "xueliang-draft:";
const KEPT_MS = 7 * 86400000;

const keyOf = (place) => PREFIX + JSON.stringify(place);

export function readDraft(place) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(place)))?.draft ?? null;
  } catch {
    return null; // a store that is off, or holds what we did not write
  }
}

// `blank` is the form with nothing typed: that is no draft.
export function keepDraft(place, draft, blank) {
  if (JSON.stringify(draft) === JSON.stringify(blank)) {
    dropDraft(place);
    return;
  }
  try {
    localStorage.setItem(keyOf(place), JSON.stringify({ at: Date.now(), draft }));
  } catch {
    // the store is full or off: the page itself still holds it
  }
}

export function dropDraft(place) {
  try {
    localStorage.removeItem(keyOf(place));
  } catch {
    // there is no store, so there is no draft
  }
}

export function forgetOldDrafts() {
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const at = JSON.parse(localStorage.getItem(key))?.at ?? 0;
      if (Date.now() - at > KEPT_MS) localStorage.removeItem(key);
    }
  } catch {
    // as above
  }
}

// Which form of a case stands open in this tab, so that it opens again after a reload.
const OPEN = "xueliang-open-form:";

export function openForm(code, action) {
  try {
    if (action) sessionStorage.setItem(OPEN + code, action);
    else sessionStorage.removeItem(OPEN + code);
  } catch {
    // then it stays shut
  }
}

export function reopened(code) {
  try {
    return sessionStorage.getItem(OPEN + code) ?? "";
  } catch {
    return "";
  }
}
