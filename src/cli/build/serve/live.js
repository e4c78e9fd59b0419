// Part of `citepress build --serve` only: reloads the page after a build, or shows what is wrong over it.
(() => {
  const built = document.currentScript.dataset.build;
  const news = new EventSource("/_citepress/live");
  let panel = null;

  const close = () => {
    panel?.remove();
    panel = null;
  };

  const element = (name, text, style) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.style.cssText = style;
    return made;
  };

  const show = (faults) => {
    close();
    panel = document.createElement("citepress-faults");
    const shadow = panel.attachShadow({ mode: "open" });
    const box = element("div", "", "position:fixed;inset:0;z-index:2147483647;overflow:auto;padding:2rem;" +
      "background:rgba(20,20,24,.94);color:#eee;font:15px/1.5 ui-monospace,monospace");
    box.setAttribute("role", "alert");
    box.append(element("h1", "The site was not built: this is the last good page", "font-size:1.2rem"));
    for (const fault of faults) {
      const place = fault.line ? `${fault.file}:${fault.line}` : fault.file;
      box.append(element("p", place, "margin:1.2rem 0 0;color:#ffb454"));
      box.append(element("p", fault.what + (fault.cure ? ". " + fault.cure : ""), "margin:0;white-space:pre-wrap"));
    }
    const button = element("button", "Show the page", "margin-top:2rem;font:inherit;padding:.4rem 1rem");
    button.addEventListener("click", close);
    box.append(button);
    shadow.append(box);
    document.documentElement.append(panel);
  };

  news.addEventListener("faults", (event) => show(JSON.parse(event.data)));
  news.addEventListener("build", (event) => {
    if (event.data === built) close();
    else location.reload();
  });
  // Without this a browser that leaves the page in its back/forward cache would hold the connection.
  addEventListener("pagehide", () => news.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
