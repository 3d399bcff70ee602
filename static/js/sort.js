// Files dropped beside the cards: a dialog with one line a file, each with the card it may belong on. Nothing is
// uploaded before the person agrees; "decide later" leaves the files in the tray of uploads, unsent.
// Suggested is the one card that takes such a file, or the one whose name, or data-upload-words, is in the file's name;
// else the receipt bin, where nothing is lost.

const dialog = document.getElementById("sort-files");
const LETTERS = 4; // of a word that says something

const takes = (form, file) => {
  const accept = form.querySelector("input[type=file]").accept.toLowerCase().split(",").map((part) => part.trim()).filter(Boolean);
  return !accept.length || accept.some((part) => file.name.toLowerCase().endsWith(part) || file.type === part);
};

const words = (text) => text.toLowerCase().split(/[^\p{L}]+/u).filter((word) => word.length >= LETTERS);

function suggested(file, fitting) {
  const cards = fitting.filter((form) => !form.dataset.uploadBin);
  if (cards.length === 1) return cards[0];
  const name = file.name.toLowerCase();
  const named = cards.filter((form) => words(`${form.dataset.uploadLabel} ${form.dataset.uploadWords ?? ""}`).some((word) => name.includes(word)));
  if (named.length === 1) return named[0];
  return fitting.find((form) => form.dataset.uploadBin) ?? cards[0];
}

function line(file, forms, number) {
  const row = document.createElement("li");
  const label = document.createElement("label");
  label.className = "pl-file-name";
  label.textContent = file.name;
  label.title = file.name;
  row.append(label);
  const fitting = forms.filter((form) => takes(form, file));
  if (!fitting.length) {
    const no = document.createElement("span");
    no.className = "pl-error";
    no.textContent = dialog.dataset.textKind;
    row.append(no);
    return row;
  }
  const select = document.createElement("select");
  select.className = "form-select";
  select.id = `sort-${number}`;
  label.htmlFor = select.id;
  const best = suggested(file, fitting);
  fitting.forEach((form) => select.append(new Option(form.dataset.uploadLabel, String(forms.indexOf(form)), false, form === best)));
  row.append(select);
  return row;
}

document.addEventListener("pl:sort", (event) => {
  const { files, forms, done } = event.detail;
  if (!dialog?.showModal || !files.length) return;
  event.preventDefault();
  if (dialog.open) dialog.close("later");
  const rows = files.map((file, number) => line(file, forms, number));
  dialog.querySelector("[data-sort-rows]").replaceChildren(...rows);
  dialog.returnValue = "";
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "add";
    done(files.map((file, number) => {
      const select = rows[number].querySelector("select");
      // What no card takes goes to the first, whose list says that it is not taken.
      if (!select) return [file, forms[0]];
      return [file, agreed ? forms[Number(select.value)] : null];
    }));
    before?.focus?.({ preventScroll: true });
  }, { once: true });
  dialog.showModal();
  dialog.querySelector("select, button")?.focus();
});
