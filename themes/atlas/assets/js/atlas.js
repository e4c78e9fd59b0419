// Adds to pages what needs script. Every page is whole without it.
const root = document.documentElement;

function scheme() {
  const button = document.querySelector(".scheme");
  if (!button) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.scheme ? root.dataset.scheme === "dark" : dark.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.scheme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("scheme", root.dataset.scheme);
    } catch {
      // Without storage the choice holds for this page.
    }
    show();
  });
  dark.addEventListener("change", show);
  show();
}

function drawers() {
  const side = document.querySelector(".side");
  const toc = document.querySelector(".toc");
  for (const drawer of [side, toc]) {
    drawer?.addEventListener("click", (event) => {
      if (event.target.closest("a") && drawer.matches(":popover-open")) drawer.hidePopover();
    });
  }
  const close = () => [side, toc].forEach((drawer) => drawer?.matches(":popover-open") && drawer.hidePopover());
  for (const width of ["64rem", "80rem"]) matchMedia(`(min-width: ${width})`).addEventListener("change", close);
  const current = side?.querySelector("[aria-current]");
  if (current && side.scrollHeight > side.clientHeight) side.scrollTop = current.offsetTop - side.clientHeight / 3;
}

// The heading being read is the last one above the upper third of the window.
function outline() {
  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (!headings.length) return;
  let current;
  let waiting = false;
  const mark = () => {
    waiting = false;
    const atEnd = innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const link = links.get((atEnd ? headings : passed).at(-1)?.id);
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    current = link;
  };
  addEventListener("scroll", () => waiting || ((waiting = true), requestAnimationFrame(mark)), { passive: true });
  mark();
}

function copyButtons() {
  const words = document.querySelector("#_words")?.dataset;
  if (!navigator.clipboard || !words) return;
  for (const pre of document.querySelectorAll(".prose pre")) {
    const box = document.createElement("div");
    const button = document.createElement("button");
    box.className = "codebox";
    button.className = "copy";
    button.type = "button";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = words.copied;
      } catch {
        button.textContent = words.notCopied;
      }
      setTimeout(() => (button.textContent = words.copy), 2000);
    });
    pre.replaceWith(box);
    box.append(pre, button);
  }
}

function search() {
  const link = document.querySelector(".find");
  const template = document.querySelector("#_words");
  if (!link || !template) return;
  const load = () => import(template.dataset.module);
  const open = (event) => {
    event.preventDefault();
    // Should the module not come, the page behind the link does the work.
    load().then((module) => module.open(template), () => (location.href = link.href));
  };
  link.addEventListener("click", (event) => {
    if (!(event.metaKey || event.ctrlKey || event.shiftKey)) open(event);
  });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const chord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (slash || chord) open(event);
  });
  const page = document.querySelector("[data-search-page]");
  if (page) load().then((module) => module.mount(page, template));
}

scheme();
drawers();
outline();
copyButtons();
search();
