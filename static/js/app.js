// What every page needs: the drawer, menus, dialogs, the search key, one submit per form, texts that grow.
// Everything here improves a page that already works as plain links and forms.

const root = document.documentElement;
root.classList.add("has-js");

// Drawer: below 992 px the menu slides in; without script the link's target shows it.
const sidebar = document.getElementById("sidebar");
let opener = null;

function showDrawer(open) {
  root.classList.toggle("has-drawer", open);
  if (open) {
    sidebar?.querySelector("a")?.focus();
  } else {
    opener?.focus();
    opener = null;
  }
}

// Dialogs: one shared dialog shows the confirm part of another page; pages may also hold their own.
function closeOnBackdrop(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

document.querySelectorAll("dialog").forEach(closeOnBackdrop);

function sharedDialog() {
  let dialog = document.getElementById("shared-dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "shared-dialog";
    dialog.className = "pl-dialog";
    closeOnBackdrop(dialog);
    document.body.append(dialog);
  }
  return dialog;
}

async function loadDialog(link) {
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("[data-dialog-content]");
    if (!answer.ok || answer.redirected || !content) throw new Error("no dialog on that page");
    const dialog = sharedDialog();
    const heading = content.querySelector("h1, h2");
    dialog.replaceChildren(document.adoptNode(content));
    if (heading?.id) dialog.setAttribute("aria-labelledby", heading.id);
    window.htmx?.process(dialog);
    dialog.showModal();
    dialog.querySelector("textarea, input:not([type=hidden])")?.focus();
  } catch {
    window.location.assign(link.href);
  }
}

function plainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  const open = at("[data-drawer-open]");
  const load = at("a[data-dialog-load]");
  const show = at("[data-dialog-open]");
  const close = at("[data-dialog-close]");
  if (at("[data-print]")) {
    window.print();
  } else if (open) {
    event.preventDefault();
    opener = open;
    showDrawer(true);
  } else if (at("[data-drawer-close]") && root.classList.contains("has-drawer")) {
    event.preventDefault();
    showDrawer(false);
  } else if (load && plainClick(event) && "showModal" in HTMLDialogElement.prototype) {
    event.preventDefault();
    loadDialog(load);
  } else if (show) {
    const dialog = document.getElementById(show.dataset.dialogOpen);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  } else if (close?.closest("dialog[open]")) {
    event.preventDefault();
    close.closest("dialog").close();
  } else if (at("form[data-in-place] .pl-form-actions a") && plainClick(event)) {
    event.preventDefault();
    window.location.reload();
  } else if (at("[data-refused]")) {
    event.preventDefault();
    announce(document.getElementById(at("[data-refused]").getAttribute("aria-describedby"))?.textContent ?? "");
  }
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// Announcements: other modules dispatch "pl:announce" or "pl:toast" with the text as detail.
export function announce(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = text; }, 60);
}

document.addEventListener("pl:announce", (event) => announce(event.detail));
document.addEventListener("pl:toast", (event) => {
  const toast = document.createElement("div");
  toast.className = "pl-toast";
  toast.textContent = event.detail;
  document.getElementById("toasts")?.append(toast);
  announce(event.detail);
  window.setTimeout(() => toast.remove(), 8000);
});

// Keys: "/" goes to the search, Escape closes drawer and menus. Never while typing.
export function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (root.classList.contains("has-drawer")) showDrawer(false);
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = document.getElementById("search");
  if (search?.offsetParent) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// One submit per form: the second click is dropped, the button keeps its focus and its name.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  window.setTimeout(() => delete form.dataset.sent, 15000);
  const button = event.submitter;
  button?.classList.add("is-busy");
  button?.setAttribute("aria-busy", "true");
});

function forgetSent() {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll(".is-busy").forEach((button) => {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-busy");
  });
}

window.addEventListener("pageshow", forgetSent);
document.addEventListener("htmx:afterRequest", forgetSent);

// A form opened in place shows its errors in place.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status !== 422 || !requestConfig?.elt.matches("form[data-in-place]")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-focus]")?.focus());

// A text to pass on: chosen as a whole when it is entered, copied by its button.
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("input[readonly][data-copied]")) event.target.select();
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  const input = button && document.getElementById(button.dataset.copy);
  if (!input) return;
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    if (!document.execCommand("copy")) return; // the text is selected: the keys still copy it
  }
  announce(input.dataset.copied);
  button.querySelector("[data-copy-label]").textContent = input.dataset.copied;
});

// Filters: choosing an entry applies it; without script the Apply button does.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosubmit]");
  if (form && event.target.tagName === "SELECT") form.requestSubmit();
});

// Comments grow with their text.
document.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.matches?.("textarea[data-grow]")) return;
  area.rows = Math.min(12, Math.max(1, area.value.split("\n").length, Math.ceil(area.value.length / 90)));
});

// A table wider than its card can be scrolled by keyboard, and says what it is.
function markScrollers() {
  document.querySelectorAll("[data-scroll]").forEach((box) => {
    if (box.scrollWidth > box.clientWidth + 1) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", box.dataset.scroll);
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  });
}

markScrollers();
window.addEventListener("resize", markScrollers);
document.addEventListener("pl:refreshed", markScrollers);

// A page that opens with problems puts the focus on them.
document.querySelector("[data-focus]")?.focus();
