// The site's form: what is typed is shown beside it after a pause, as the press makes it.
const PAUSE = 700;

export function look() {
  const form = document.querySelector("form[data-look-form]");
  if (!form) return;
  const button = form.querySelector("[data-look]");
  let waiting;
  const show = () => form.requestSubmit(button);
  form.addEventListener("input", ({ target }) => {
    if (target.name === "wide") return;
    clearTimeout(waiting);
    waiting = setTimeout(show, target.type === "radio" ? 0 : PAUSE);
  });
  form.addEventListener("submit", ({ submitter }) => submitter === button || clearTimeout(waiting));
  // What is not saved is not what the frame has begun with.
  if (form.querySelector(".said.warn")) show();
}
