// Ctrl K: goes to any screen that the navigation and the page link to, and to any page, source or site of the organisation,
// by a few letters of its name.
const CALM = 150;
const made = (name, attributes = {}, text = "") => {
  const element = Object.assign(document.createElement(name), attributes);
  element.textContent = text;
  return element;
};

function places() {
  const seen = new Set();
  const links = [".side a", ".main .head a, .main a.title", ".top .menu a"].flatMap((where) => [...document.querySelectorAll(where)]);
  return links.flatMap((link) => {
    const name = link.textContent.trim();
    const place = `${name} ${link.href}`;
    if (!name || seen.has(place)) return [];
    seen.add(place);
    const group = link.closest(".side") ? "Go to" : link.closest(".menu")?.querySelector("h2")?.textContent ?? "On this page";
    return [{ name, group, href: link.href }];
  });
}

export function palette() {
  const button = document.querySelector("[data-palette]");
  if (!button) return;
  const dialog = made("dialog", { className: "palette" });
  dialog.setAttribute("aria-label", "Go to");
  const input = made("input", { type: "search", autocomplete: "off" });
  input.placeholder = "Go to …";
  for (const [name, value] of [["role", "combobox"], ["aria-label", "Go to"], ["aria-controls", "palette"], ["aria-expanded", "true"]]) {
    input.setAttribute(name, value);
  }
  const list = made("ul", { id: "palette", className: "plain" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Places");
  dialog.append(input, list);
  document.body.append(dialog);
  let chosen = 0, asking, waits;

  const options = () => [...list.querySelectorAll("a")];
  const mark = () => {
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    const option = options()[chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
  };
  const show = (found) => {
    list.replaceChildren(...found.map(({ name, group, href }, at) => {
      const item = made("li");
      item.setAttribute("role", "presentation");
      const link = made("a", { href, id: `palette-${at}`, tabIndex: -1 });
      link.setAttribute("role", "option");
      link.append(made("span", {}, name), made("span", { className: "soft small" }, group));
      item.append(link);
      return item;
    }));
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    mark();
  };
  const near = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    return places().filter(({ name, group }) => words.every((word) => `${name} ${group}`.toLowerCase().includes(word))).slice(0, 50);
  };
  // What the server finds stands below what is at hand already: nothing moves under a finger.
  const ask = async (text) => {
    const search = button.getAttribute("href");
    if (!search || !text) return;
    const query = `?q=${encodeURIComponent(text)}`;
    asking = new AbortController();
    try {
      const answer = await fetch(`${search}/found${query}`, { signal: asking.signal });
      if (!answer.ok) return;
      const here = near();
      const known = new Set(here.map(({ href }) => href));
      const found = (await answer.json()).map(({ name, what, path }) => ({ name, group: what, href: new URL(path, location).href }));
      const more = { name: `Search for “${text}”`, group: "All results", href: new URL(search + query, location).href };
      if (text === input.value.trim()) show([...here, ...found.filter(({ href }) => !known.has(href)), more]);
    } catch {
      // Called off, or no connection: what is at hand stays.
    }
  };
  const fill = () => {
    chosen = 0;
    show(near());
    clearTimeout(waits);
    asking?.abort();
    waits = setTimeout(ask, CALM, input.value.trim());
  };
  const open = () => {
    input.value = "";
    fill();
    dialog.showModal();
    input.focus();
  };

  button.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", fill);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) open();
    }
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      chosen = count ? (chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count : 0;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      options()[chosen]?.click();
    }
  });
}
