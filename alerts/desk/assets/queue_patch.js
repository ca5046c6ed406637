// What the desk sends is what changed; here it becomes the whole list again.

export function nothing() {
  return { number: 0, list: [], tabs: [], troubles: [], choices: {}, rules: [], asked: {}, status: "",
    limit: 0, isFiltered: false, more: false, capped: "", recipients: null, allowed: {} };
}

export function apply(state, patch) {
  const { after, order, rows = [], now, ...rest } = patch;
  const known = new Map(after === 0 ? [] : state.list.map((row) => [row.code, row]));
  // Frozen, so that Vue does not watch each of their fields.
  for (const row of rows) known.set(row.code, Object.freeze(row));
  if (order || rows.length) {
    const codes = order ?? state.list.map((row) => row.code);
    state.list = codes.map((code) => known.get(code)).filter(Boolean);
  }
  return Object.assign(state, rest);
}
