// Uploads beyond the plain form: several files at once, each with its own progress, stop and try-again;
// drag and drop onto a card or anywhere on the page; the camera of a phone. <form data-upload> stays an ordinary
// form without it. Files dropped beside the cards are sorted in a dialog (sort.js); what is left there waits in the tray.
// One file is one POST of the form's own fields; the answer is JSON ({"ok", "files": [{"name", "id", "state", "again",
// "error"}]}, or {"errors": […]} with status 4xx) or a page. When a file has arrived, "pl:refresh" is
// dispatched, and the row follows the state of [data-document="id"] on the page.

const AT_ONCE = 3;
const tray = document.querySelector("[data-upload-tray]");
const text = (name) => tray?.dataset[`text${name}`] ?? "";
const items = [];
let running = 0;
let fresh = 0;
let spoken = 0;

const size = (bytes) => {
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < 2) { value /= 1000; unit += 1; }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })} ${units[unit]}`;
};

function element(tag, className, content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content) made.textContent = content;
  return made;
}

function actionButton(label, act) {
  const button = element("button", "btn pl-btn-plain btn-sm", label);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

// The tray -----------------------------------------------------------------------------------------

function makeRow(item) {
  item.row = element("li");
  const name = element("div", "pl-tray-name");
  const title = element("span", "pl-file-name", item.file.name);
  title.title = item.file.name;
  item.caption = element("span", "pl-caption");
  name.append(title, item.caption);
  item.bar = element("progress");
  item.bar.max = 100;
  item.bar.setAttribute("aria-label", item.file.name);
  item.state = element("span", "pl-tray-state pl-note");
  item.actions = element("div", "pl-tray-actions");
  item.row.append(name, item.bar, item.state, item.actions);
  tray.querySelector("[data-upload-rows]").append(item.row);
}

const STATE_CLASS = { done: "is-good", failed: "is-wrong", refused: "is-wrong" };

function show(item) {
  const label = item.form?.dataset.uploadLabel ?? "";
  item.caption.textContent = [size(item.file.size), label].filter(Boolean).join(", ");
  item.bar.value = item.progress;
  item.row.className = STATE_CLASS[item.status] ?? "";
  item.state.textContent = item.status === "uploading" ? `${item.progress} %` : item.message;
  item.actions.replaceChildren();
  if (item.status === "unsorted") item.actions.append(chooser(item));
  if (item.status === "waiting" || item.status === "uploading") item.actions.append(actionButton(text("Cancel"), () => cancel(item)));
  if (item.status === "failed") item.actions.append(actionButton(text("Retry"), () => queue(item)));
  if (["failed", "refused", "done", "unsorted"].includes(item.status)) item.actions.append(actionButton(text("Dismiss"), () => dismiss(item)));
  summarize();
}

function chooser(item) {
  const select = element("select", "form-select");
  select.setAttribute("aria-label", `${text("Where")} ${item.file.name}`);
  select.append(new Option(text("Where"), ""));
  forms().forEach((form, index) => select.append(new Option(form.dataset.uploadLabel, String(index))));
  select.addEventListener("change", () => {
    const form = forms()[Number(select.value)];
    if (select.value !== "" && form) { item.form = form; queue(item); }
  });
  return select;
}

function summarize() {
  tray.hidden = items.length === 0;
  tray.querySelector("[data-upload-count]").textContent = `${items.length} ${text("Files")}`;
  const count = (status) => items.filter((item) => item.status === status).length;
  const parts = [["uploading", "Uploading"], ["waiting", "Waiting"], ["checking", "Checking"], ["done", "Done"]]
    .filter(([status]) => count(status))
    .map(([status, label]) => `${count(status)} ${text(label).toLowerCase()}`);
  const sent = items.filter((item) => item.form);
  const arrived = count("checking") + count("done") + sent.filter((item) => item.arrived && item.status === "refused").length;
  const progress = sent.length > 1 ? text("Progress").replace("{count}", arrived).replace("{all}", sent.length) : "";
  tray.querySelector("[data-upload-summary]").textContent = [progress, ...parts].filter(Boolean).join(", ");
  tray.querySelector("[data-upload-retry]").hidden = count("failed") < 2;
  return progress;
}

const say = (detail) => document.dispatchEvent(new CustomEvent("pl:announce", { detail }));

// Of many files only what went wrong is read out by name; of the rest how far they are, in breaths.
function settle(item, status, message) {
  item.status = status;
  item.message = message;
  show(item);
  if (items.length === 1 || STATE_CLASS[status] === "is-wrong") {
    say(`${item.file.name}: ${message}`);
    return;
  }
  window.clearTimeout(spoken);
  spoken = window.setTimeout(() => say(summarize()), 700);
}

function dismiss(item) {
  items.splice(items.indexOf(item), 1);
  item.row.remove();
  summarize();
}

function cancel(item) {
  if (item.request) item.request.abort();
  else settle(item, "failed", text("Cancelled"));
}

// Sending ------------------------------------------------------------------------------------------

const forms = () => [...document.querySelectorAll("form[data-upload]")];

// A part of the page may have been replaced since: find the same form again.
const living = (form) => (form.isConnected ? form : document.getElementById(form.id) ?? form);

function refuses(form, file) {
  const most = Number(form.dataset.maxBytes);
  if (most && file.size > most) return form.dataset.tooLarge || text("Large");
  const accept = form.querySelector("input[type=file]").accept.toLowerCase().split(",").map((part) => part.trim()).filter(Boolean);
  const name = file.name.toLowerCase();
  const fits = accept.some((part) => (part.startsWith(".") ? name.endsWith(part) : file.type === part || (part.endsWith("/*") && file.type.startsWith(part.slice(0, -1)))));
  return accept.length && !fits ? text("Kind") : "";
}

function queue(item) {
  item.form = living(item.form);
  const problem = refuses(item.form, item.file);
  item.progress = 0;
  if (problem) {
    settle(item, "refused", problem);
    return;
  }
  item.fields = new FormData(item.form);
  item.status = "waiting";
  item.message = text("Waiting");
  show(item);
  next();
}

function next() {
  const item = items.find((candidate) => candidate.status === "waiting");
  if (!item || running >= AT_ONCE) return;
  send(item);
  next();
}

function send(item) {
  const input = item.form.querySelector("input[type=file]");
  item.fields.delete(input.name);
  item.fields.append(input.name, item.file, item.file.name);
  const request = new XMLHttpRequest();
  item.request = request;
  item.status = "uploading";
  running += 1;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    if (percent !== item.progress) { item.progress = percent; show(item); }
  });
  const end = (act) => () => {
    running -= 1;
    item.request = null;
    act();
    next();
  };
  request.addEventListener("load", end(() => answered(item, request)));
  request.addEventListener("error", end(() => settle(item, "failed", text("Failed"))));
  request.addEventListener("abort", end(() => settle(item, "failed", text("Cancelled"))));
  request.open("POST", item.form.action);
  request.setRequestHeader("Accept", "application/json, text/html;q=0.5");
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(item.fields);
  show(item);
}

function answered(item, request) {
  let answer = null;
  try { answer = JSON.parse(request.responseText); } catch { /* a page, not data */ }
  const signedOut = request.status === 401 || /\/accounts\/(login|reauthenticate)/.test(request.responseURL);
  if (signedOut) {
    settle(item, "failed", text("SignedOut"));
  } else if (request.status >= 200 && request.status < 300) {
    item.progress = 100;
    item.arrived = true;
    const file = answer?.files?.[0];
    const elsewhere = item.form.dataset.uploadBin; // its verdict is shown on another page
    item.document = file?.again || elsewhere ? "" : file?.id ?? "";
    settle(item, item.document ? "checking" : "done", file?.again || (item.document ? text("Checking") : elsewhere || text("Arrived")));
    clearPicked(item);
    refreshSoon();
  } else {
    const said = [...(answer?.files ?? []).map((one) => one.error), ...(answer?.errors ?? [])].filter(Boolean).join(" ");
    const problem = said || fromPage(request) || (request.status === 413 ? text("Large") : text("Failed"));
    settle(item, request.status >= 500 ? "failed" : "refused", problem);
  }
}

function fromPage(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  return [...page.querySelectorAll("[data-problem], .pl-error-page p:not(.pl-caption, .pl-form-actions)")].map((line) => line.textContent.trim()).slice(0, 2).join(" ");
}

function clearPicked(item) {
  const form = living(item.form);
  const busy = items.some((other) => other.form === item.form && ["waiting", "uploading"].includes(other.status));
  if (!busy) form.reset();
}

function refreshSoon() {
  window.clearTimeout(fresh);
  fresh = window.setTimeout(() => document.dispatchEvent(new CustomEvent("pl:refresh")), 250);
}

// The verdict of the worker, read from the refreshed page.
function follow() {
  items.filter((item) => item.status === "checking").forEach((item) => {
    const row = document.querySelector(`[data-document="${CSS.escape(String(item.document))}"]`);
    if (!row || ["pending", "checking"].includes(row.dataset.state)) return;
    const good = ["good", "clean", "accepted"].includes(row.dataset.state);
    settle(item, good ? "done" : "refused", row.dataset.stateLabel || row.dataset.state);
  });
}

// Picking and dropping -----------------------------------------------------------------------------

function add(file, form) {
  const item = { file, form, status: "unsorted", message: text("Where"), progress: 0, request: null, document: "", arrived: false };
  items.push(item);
  makeRow(item);
  if (form) queue(item);
  else show(item);
}

function take(files, form) {
  const all = forms();
  const target = form ?? (all.length === 1 ? all[0] : null);
  if (target) {
    files.forEach((file) => add(file, target));
    return;
  }
  // Who can sort takes the event: it answers with [file, form or null] for each.
  const question = new CustomEvent("pl:sort", { cancelable: true, detail: { files, forms: all, done: (pairs) => pairs.forEach(([file, to]) => add(file, to)) } });
  if (document.dispatchEvent(question)) files.forEach((file) => add(file, null));
}

function formAt(target) {
  const zone = target.closest?.("[data-drop], form[data-upload]");
  if (!zone) return null;
  return zone.matches("form[data-upload]") ? zone : zone.querySelector("form[data-upload]");
}

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

const page = document.querySelector("[data-drop-page]");

// zone: the card or the form under the files; without one the whole page takes them.
function mark(zone, form) {
  document.querySelectorAll(".is-dropping").forEach((item) => item !== zone && item.classList.remove("is-dropping"));
  zone?.classList.add("is-dropping");
  if (page) page.querySelector("[data-drop-text]").textContent = form ? page.dataset.textOn.replace("{label}", form.dataset.uploadLabel) : page.dataset.textDrop;
}

function leave() {
  document.documentElement.classList.remove("has-files-over");
  mark(null, null);
}

if (tray) {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-upload]");
    if (!form || event.target.type !== "file" || !event.target.files.length) return;
    const missing = [...form.elements].find((field) => field.type !== "file" && field.willValidate && !field.checkValidity());
    if (missing) {
      missing.reportValidity();
      return;
    }
    const files = [...event.target.files];
    event.target.value = "";
    take(files, form);
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event) || !forms().length) return;
    event.preventDefault();
    document.documentElement.classList.add("has-files-over");
    const form = formAt(event.target);
    mark(form?.closest("[data-drop]") ?? form, forms().length > 1 ? form : null);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) leave();
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event) || !forms().length) return;
    event.preventDefault();
    leave();
    take([...event.dataTransfer.files], formAt(event.target));
  });
  tray.querySelector("[data-upload-retry]").addEventListener("click", () => {
    items.filter((item) => item.status === "failed").forEach(queue);
  });
  tray.querySelector("[data-upload-fold]").addEventListener("click", (event) => {
    const folded = tray.classList.toggle("is-folded");
    event.currentTarget.setAttribute("aria-expanded", String(!folded));
  });
  document.addEventListener("pl:refreshed", follow);
  window.addEventListener("beforeunload", (event) => {
    if (items.some((item) => ["waiting", "uploading"].includes(item.status))) event.preventDefault();
  });
}
