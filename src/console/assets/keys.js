// Single keys, which can be switched off (WCAG 2.1.4): `g` and a letter goes, `/` searches, `?` tells, `n` makes new,
// `j` and `k` go through rows, Ctrl Enter does the main thing of a form.
const OFF = "citepress-keys-off";
const off = () => localStorage.getItem(OFF) === "yes";
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function rows(step) {
  const all = [...document.querySelectorAll("tr[data-row] a.title, tr[data-row] td:first-child a")];
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
}

function told() {
  const known = document.querySelector("dialog.keys");
  if (known) return known;
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", "Keys");
  const heading = document.createElement("h2");
  heading.textContent = "Keys";
  const list = document.createElement("dl");
  list.className = "facts";
  const lines = [["Ctrl K", "go to anything"], ["Ctrl Enter", "save, or whatever the form is for"], ["/", "search"], ["n", "new"], ["j, k", "next and previous row"], ["?", "these keys"]];
  for (const link of document.querySelectorAll(".side a[data-key]")) lines.push([`g ${link.dataset.key}`, link.textContent.trim()]);
  for (const [key, what] of lines) {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    term.append(kbd);
    const meaning = document.createElement("dd");
    meaning.textContent = what;
    list.append(term, meaning);
  }
  const label = document.createElement("label");
  label.className = "check";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !off();
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "no" : "yes"));
  label.append(box, "Single keys work");
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading, list, label, close);
  document.body.append(dialog);
  return dialog;
}

export function keys() {
  document.querySelector("[data-keys]")?.addEventListener("click", () => told().showModal());
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form") ?? document.querySelector("main form[method=post] .main-action")?.form;
      form?.requestSubmit(form.querySelector(".main-action") ?? undefined);
      return;
    }
    if (off() || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    const does = {
      g: () => (going = Date.now()),
      "/": () => document.querySelector("[data-search]")?.focus() ?? document.querySelector("[data-palette]")?.click(),
      "?": () => told().showModal(),
      n: () => document.querySelector("main [data-key=n]")?.click(),
      j: () => rows(1),
      k: () => rows(-1),
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
}
