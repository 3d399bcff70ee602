// Parts that change by themselves: <div id="…" data-live-url="…" data-live-every="2000">.
// The address answers with the same element anew; it goes on while the answer still has data-live-every.
// A part in which someone types or has unsaved input is left alone until they are done. Changes in the
// texts of data-announce are read out politely. "pl:refresh" on the document refreshes all parts at once.

const SLOWEST = 15000;
const timers = new Map();

function inUse(part) {
  if (part.querySelector("dialog[open], details[data-menu][open]")) return true;
  const active = document.activeElement;
  if (part.contains(active) && active.matches("textarea, select, input:not([type=file])")) return true;
  return [...part.querySelectorAll("input, textarea")].some((field) => {
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "hidden" || field.type === "submit") return false;
    return field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  });
}

function texts(part) {
  const found = new Map();
  for (const element of [part, ...part.querySelectorAll("[data-announce]")]) {
    if (element.dataset.announce) found.set(element.id || element.dataset.announce.split(":")[0], element.dataset.announce);
  }
  return found;
}

function announceChanges(before, after) {
  const news = [...after].filter(([key, text]) => before.has(key) && before.get(key) !== text);
  const lines = news.map(([, text]) => text).slice(0, 4).join(". ");
  if (lines) document.dispatchEvent(new CustomEvent("pl:announce", { detail: lines }));
}

function replace(part, html) {
  const holder = new DOMParser().parseFromString(html, "text/html");
  const fresh = part.id ? holder.getElementById(part.id) : holder.querySelector("[data-live-url]");
  if (!fresh) return part;
  const before = texts(part);
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const openDetails = new Set([...part.querySelectorAll("details[open][id]")].map((item) => item.id));
  const adopted = document.adoptNode(fresh);
  part.replaceWith(adopted);
  openDetails.forEach((id) => { const item = document.getElementById(id); if (item) item.open = true; });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.htmx?.process(adopted);
  announceChanges(before, texts(adopted));
  document.dispatchEvent(new CustomEvent("pl:refreshed", { detail: adopted }));
  return adopted;
}

function plan(part, delay) {
  window.clearTimeout(timers.get(part));
  timers.set(part, window.setTimeout(() => refresh(part, delay), delay));
}

async function refresh(part, delay) {
  timers.delete(part);
  if (!part.isConnected) return;
  const every = Number(part.dataset.liveEvery) || 3000;
  const next = Math.min(SLOWEST, Math.max(every, (delay || every) * 1.15));
  if (document.hidden || inUse(part)) {
    plan(part, every);
    return;
  }
  try {
    const answer = await fetch(part.dataset.liveUrl, { headers: { "HX-Request": "true", "X-Requested-With": "XMLHttpRequest" } });
    if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status === 404) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (inUse(part)) {
      plan(part, every);
      return;
    }
    const fresh = replace(part, html);
    if (fresh.dataset.liveEvery) plan(fresh, next);
  } catch {
    plan(part, SLOWEST);
  }
}

function start() {
  document.querySelectorAll("[data-live-url][data-live-every]").forEach((part) => {
    if (!timers.has(part)) plan(part, Number(part.dataset.liveEvery) || 3000);
  });
}

document.addEventListener("pl:refresh", () => {
  document.querySelectorAll("[data-live-url]").forEach((part) => {
    window.clearTimeout(timers.get(part));
    refresh(part, 0);
  });
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.dispatchEvent(new CustomEvent("pl:refresh"));
});
document.addEventListener("htmx:afterSettle", start);
start();
