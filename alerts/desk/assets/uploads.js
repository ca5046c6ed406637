// Sends one file to a case; what the desk says against it comes as a sentence in `lang`.
export const MOST_BYTES = 20000000;

export async function upload(code, file, words, lang) {
  if (file.size > MOST_BYTES) return words.file_too_large;
  const form = new FormData();
  form.append("file", file);
  try {
    const to = `/api/cases/${encodeURIComponent(code)}/attachments`;
    const answer = await fetch(to, { method: "POST", body: form });
    if (answer.ok) return "";
    const fault = await answer.json();
    return (lang === "en" ? fault.en : fault.zh) || words.file_lost;
  } catch {
    return words.file_lost; // the desk is away, or does not speak JSON
  }
}

export function sizeText(bytes, lang) {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  return bytes < 1000000 ? `${number.format(bytes / 1000)} kB` : `${number.format(bytes / 1000000)} MB`;
}
