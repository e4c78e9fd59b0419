// The editor: what is typed is kept every few seconds, and shown beside as readers will see it.
const KEEP = 2000;
const LOOK = 900;

export function editor() {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const said = form.querySelector("[data-saved]");
  const text = form.elements.document;
  let keeping, looking;

  const keep = async () => {
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${form.getAttribute("action")}/draft`, { method: "POST", body });
      said.textContent = answer.ok ? "Kept for you, not saved yet" : "Not kept: save it, or copy it elsewhere";
    } catch {
      said.textContent = "No connection: what you type is not kept until it is back";
      keeping = setTimeout(keep, 5 * KEEP);
    }
  };
  // Only where somebody looks at the preview.
  const look = () => document.querySelector("iframe[name=look]") && form.requestSubmit(form.querySelector("[data-look]"));

  text.addEventListener("input", () => {
    form.dataset.changed = "yes";
    said.textContent = "…";
    clearTimeout(keeping);
    clearTimeout(looking);
    keeping = setTimeout(keep, KEEP);
    looking = setTimeout(look, LOOK);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return;
    clearTimeout(keeping);
    clearTimeout(looking);
    delete form.dataset.changed;
  });
  text.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-main]"));
    }
  });
  addEventListener("beforeunload", (event) => {
    if (form.dataset.changed && said.textContent === "…") event.preventDefault();
  });
  if (document.querySelector("iframe[name=look]") && document.querySelector(".said.warn")) look();
}
