// Full text search in the browser. The index comes in parts, fetched when somebody first searches, never before.
const SHOWN = 20;
const AT_ONCE = 4;
const WEIGHTS = { title: 12, heading: 5, description: 4, body: 1 };

const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

let index;

/** Starts to fetch the index once; `changed` is called for every part that arrives. */
function fetchIndex(home, changed) {
  if (index && !index.failed) {
    index.changed = changed;
    return index;
  }
  index = { entries: [], done: false, failed: false, changed };
  const mine = index;
  const get = async (url) => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.json();
  };
  const run = async () => {
    const { parts } = await get(new URL("index.json", home.root));
    const waiting = [...parts];
    const worker = async () => {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        const entries = await get(new URL(`${part}.json`, home.root));
        for (const entry of entries) {
          if (entry.l === home.language) mine.entries.push(prepare(entry));
        }
        mine.changed();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    mine.done = true;
  };
  run().catch(() => (mine.failed = true)).finally(() => mine.changed());
  return mine;
}

function prepare(entry) {
  const headings = Array.isArray(entry.h) ? entry.h : [entry.h ?? ""];
  return {
    title: entry.t,
    url: entry.u,
    description: entry.d ?? "",
    headings,
    words: {
      title: wordsOf(entry.t),
      heading: wordsOf(headings.join(" ")),
      description: wordsOf(entry.d ?? ""),
      body: wordsOf(entry.b ?? ""),
    },
  };
}

/** Every word asked for must begin a word of the page; whole words count double. */
function score(entry, asked) {
  let sum = 0;
  for (const word of asked) {
    let best = 0;
    for (const [field, weight] of Object.entries(WEIGHTS)) {
      for (const candidate of entry.words[field]) {
        if (candidate === word) best = Math.max(best, weight * 2);
        else if (candidate.startsWith(word)) best = Math.max(best, weight);
      }
    }
    if (!best) return 0;
    sum += best;
  }
  return sum;
}

function find(entries, query) {
  const asked = wordsOf(query);
  if (!asked.length) return [];
  const scored = entries.map((entry) => [score(entry, asked), entry]).filter(([points]) => points);
  scored.sort(([a, left], [b, right]) => b - a || left.title.length - right.title.length || (left.url < right.url ? -1 : 1));
  return scored.map(([, entry]) => entry);
}

/** Text with the beginnings that were asked for marked; never parsed as HTML. */
function highlighted(tag, text, asked) {
  const element = document.createElement(tag);
  for (const piece of text.split(/([\p{L}\p{N}\p{M}]+)/u)) {
    const hit = piece && asked.some((word) => fold(piece).startsWith(word));
    if (!hit) {
      element.append(piece);
      continue;
    }
    const mark = document.createElement("mark");
    mark.textContent = piece;
    element.append(mark);
  }
  return element;
}

function row(entry, asked, home) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = entry.url;
  const heading = entry.headings.find((text) => text && wordsOf(text).some((have) => asked.some((word) => have.startsWith(word))));
  const trail = document.createElement("small");
  trail.textContent = decodeURI(new URL(entry.url, location.href).pathname.slice(home.path.length)).split("/").filter(Boolean).join(" › ");
  link.append(highlighted("b", entry.title, asked), trail);
  const excerpt = heading ?? entry.description;
  if (excerpt) link.append(highlighted("span", excerpt.length > 180 ? `${excerpt.slice(0, 180)}…` : excerpt, asked));
  item.append(link);
  return item;
}

function connect(input, list, status, template) {
  const words = template.dataset;
  const root = new URL("_search/", new URL(words.root, location.href));
  const path = new URL(words.home, location.href).pathname;
  // Only pages in other languages than the site's own name theirs.
  const language = path === new URL("..", root).pathname ? undefined : document.documentElement.lang;
  const home = { root, path, language };
  const show = () => {
    const query = input.value.trim();
    if (!query) {
      list.replaceChildren();
      status.textContent = words.hint;
      return;
    }
    const state = fetchIndex(home, show);
    const asked = wordsOf(query);
    const found = find(state.entries, query);
    list.replaceChildren(...found.slice(0, SHOWN).map((entry) => row(entry, asked, home)));
    if (state.failed) status.textContent = words.failed;
    else if (!state.done) status.textContent = words.loading;
    else if (!found.length) status.textContent = words.none.replace("{query}", query);
    else status.textContent = words.some.replace("{count}", String(found.length));
  };
  input.addEventListener("input", show);
  const keys = (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") (links[at + 1] ?? links[0])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : input).focus();
    else return;
    event.preventDefault();
  };
  input.addEventListener("keydown", keys);
  // Browsers would empty the field first and close the dialog only the second time.
  input.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && !event.isComposing && input.closest("dialog");
    if (!open) return;
    event.preventDefault();
    open.close();
  });
  list.addEventListener("keydown", keys);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  show();
  return show;
}

let dialog;

/** Opens the dialog; `template` holds its markup and words. */
export function open(template) {
  if (!dialog) {
    dialog = template.content.querySelector("dialog").cloneNode(true);
    document.body.append(dialog);
    connect(dialog.querySelector("input"), dialog.querySelector(".found"), dialog.querySelector(".said"), template);
    dialog.addEventListener("click", (event) => {
      // A click on the backdrop lands on the dialog itself.
      if (event.target === dialog || event.target.closest("button, a")) dialog.close();
    });
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
}

/** Makes the search page's own form answer in place. */
export function mount(form, template) {
  const place = template.content.querySelector("dialog").cloneNode(true);
  const list = place.querySelector(".found");
  const status = place.querySelector(".said");
  form.after(status, list);
  const input = form.querySelector("input");
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  connect(input, list, status, template);
}
