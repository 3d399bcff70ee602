// The receipt bin: how many files are chosen, and all of a page at once. Without it each file has its box.

const form = document.getElementById("put-on");
const all = form?.querySelector("[data-pick-all]");
const boxes = () => [...document.querySelectorAll("input[form=put-on][name=document]:not(:disabled)")];

function count() {
  const here = boxes();
  const picked = here.filter((box) => box.checked).length;
  form.querySelector("[data-picked]").textContent = picked ? form.dataset.textPicked.replace("{count}", picked) : form.dataset.textNone;
  form.classList.toggle("has-picked", picked > 0);
  all.checked = picked > 0 && picked === here.length;
  all.indeterminate = picked > 0 && picked < here.length;
}

if (form) {
  document.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    if (event.target === all || event.target.form === form) count();
  });
  form.addEventListener("submit", (event) => {
    if (boxes().some((box) => box.checked)) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("pl:toast", { detail: form.dataset.textNone }));
    boxes()[0]?.focus();
  });
  document.addEventListener("pl:refreshed", count);
  window.addEventListener("pageshow", count);
}
