// Parts that change by themselves: <div id="…" data-live-url="…" data-live-every="2000">.
// The address answers with the same element anew; it goes on while the answer still has data-live-every.
// A part in which someone types or has unsaved input is left alone until they are done. Changes in the
// texts of data-announce are read out politely. "pl:refresh" on the document refreshes all parts at once.
//
// Where people type in several places, the element is data-live-parts instead: the answer then holds every
// element marked data-live-part (with an id, anywhere on the page), and each is swapped alone, when it changed
// and nobody is typing in it. Lists of parts (data-live-list, with an id) gain and lose parts. Forms inside are
// sent by htmx, so that sending one leaves what was typed in the others; without script they are plain forms.

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

// Many parts at one address -------------------------------------------------------------------------

const served = new WeakMap();

// The same part is drawn again with a fresh token: that is no change.
const plainly = (part) => part.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");

function swap(part, fresh) {
  const html = plainly(fresh);
  if (served.get(part) === html) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...part.querySelectorAll("details[open][id]")].map((item) => item.id);
  const adopted = document.adoptNode(fresh);
  served.set(adopted, html);
  part.replaceWith(adopted);
  open.forEach((id) => { const item = document.getElementById(id); if (item) item.open = true; });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  prepare(adopted);
}

function addMissing(holder) {
  holder.querySelectorAll("[data-live-list][id]").forEach((list) => {
    const here = document.getElementById(list.id);
    [...list.children].forEach((fresh) => {
      if (!here || !fresh.id || document.getElementById(fresh.id)) return;
      const before = fresh.previousElementSibling?.id && document.getElementById(fresh.previousElementSibling.id);
      const adopted = document.importNode(fresh, true);
      if (before && before.parentElement === here) before.after(adopted);
      else here.prepend(adopted);
      prepare(adopted);
    });
  });
}

// Returns whether every part is now as served; `force` is swapped even with input in it.
function applyParts(html, force = null) {
  const holder = new DOMParser().parseFromString(html, "text/html");
  const root = holder.querySelector("[data-live-parts][id]");
  const here = root && document.getElementById(root.id);
  if (!here) return null;
  const before = texts(document.body);
  let whole = true;
  addMissing(holder);
  document.querySelectorAll("[data-live-part][id]").forEach((part) => {
    const fresh = holder.getElementById(part.id);
    if (!fresh) {
      if (part.closest("[data-live-list]") && !inUse(part)) part.remove();
    } else if (part.hasAttribute("data-live-keep")) {
      if (fresh.textContent.trim()) swap(part, fresh);
    } else if (part === force || !inUse(part)) {
      swap(part, fresh);
    } else {
      whole = false;
    }
  });
  if (root.dataset.liveEvery) here.dataset.liveEvery = root.dataset.liveEvery;
  else delete here.dataset.liveEvery;
  announceChanges(before, texts(document.body));
  document.dispatchEvent(new CustomEvent("pl:refreshed", { detail: here }));
  return { here, whole };
}

// Forms inside are sent by htmx, except uploads, which upload.js sends file by file.
function prepare(scope) {
  scope.querySelectorAll("form[method=post]:not([data-upload], [hx-post])").forEach((form) => {
    form.setAttribute("hx-post", form.getAttribute("action"));
    form.setAttribute("hx-swap", "none");
    form.setAttribute("hx-sync", "this:drop"); // the second click of a double click is not sent
    form.dataset.inPart = "";
  });
  window.htmx?.process(scope);
}

function prepareAll() {
  document.querySelectorAll("[data-live-part][id]").forEach((part) => {
    served.set(part, plainly(part));
    if (document.querySelector("[data-live-parts]")) prepare(part);
  });
}

function sayInForm(form, lines) {
  form.querySelector("[data-form-problem]")?.remove();
  if (!lines.length) return;
  const box = document.createElement("div");
  box.dataset.formProblem = "";
  box.className = "pl-form-problem";
  box.setAttribute("role", "alert");
  lines.forEach((line) => {
    const text = document.createElement("p");
    text.className = "pl-error";
    text.textContent = line;
    box.append(text);
  });
  form.append(box);
}

function problemsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = [...page.querySelectorAll("[data-problem], .pl-error-page p:not(.pl-caption, .pl-form-actions)")];
  return [...new Set(found.map((line) => line.textContent.trim()).filter(Boolean))].slice(0, 4);
}

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form[data-in-part]");
  const request = event.detail.xhr;
  if (!form || !request) return;
  if (/\/accounts\/(login|reauthenticate)/.test(request.responseURL)) {
    window.location.assign(request.responseURL);
  } else if (request.status >= 200 && request.status < 300) {
    const done = applyParts(request.responseText, form.closest("[data-live-part]"));
    if (!done) window.location.reload();
    else if (done.here.dataset.liveEvery) plan(done.here, Number(done.here.dataset.liveEvery));
  } else {
    const lines = problemsOf(request.responseText);
    const failed = document.querySelector("[data-live-parts]")?.dataset.textFailed ?? "";
    sayInForm(form, lines.length ? lines : [failed]);
  }
});

function plan(part, delay) {
  window.clearTimeout(timers.get(part));
  timers.set(part, window.setTimeout(() => refresh(part, delay), delay));
}

async function refresh(part, delay) {
  timers.delete(part);
  if (!part.isConnected) return;
  const every = Number(part.dataset.liveEvery) || 3000;
  const next = Math.min(SLOWEST, Math.max(every, (delay || every) * 1.15));
  const parts = part.hasAttribute("data-live-parts");
  if (document.hidden || (!parts && inUse(part))) {
    plan(part, every);
    return;
  }
  try {
    const answer = await fetch(part.dataset.liveUrl, { headers: { "HX-Request": "true", "X-Requested-With": "XMLHttpRequest" } });
    if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status === 404) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (parts) {
      const done = applyParts(html);
      if (done && (part.dataset.liveEvery || !done.whole)) plan(part, part.dataset.liveEvery ? next : SLOWEST / 5);
      return;
    }
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
prepareAll();
start();
