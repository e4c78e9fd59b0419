// Ctrl K: goes to any screen that the navigation and the page link to, by a few letters of its name.
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
  let chosen = 0;

  const options = () => [...list.querySelectorAll("a")];
  const mark = () => {
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    const option = options()[chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
  };
  const fill = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    const found = places().filter(({ name, group }) => words.every((word) => `${name} ${group}`.toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, 50).map(({ name, group, href }, at) => {
      const item = made("li");
      item.setAttribute("role", "presentation");
      const link = made("a", { href, id: `palette-${at}`, tabIndex: -1 });
      link.setAttribute("role", "option");
      link.append(made("span", {}, name), made("span", { className: "soft small" }, group));
      item.append(link);
      return item;
    }));
    chosen = 0;
    mark();
  };
  const show = () => {
    input.value = "";
    fill();
    dialog.showModal();
    input.focus();
  };

  button.addEventListener("click", show);
  input.addEventListener("input", fill);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) show();
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
