// Long work as it gets on: the count in the bar, the lines of the list, and pages that wait for something.
const org = () => document.querySelector("[data-jobs]")?.getAttribute("href");

const stage = (job) => [job.stage, job.of ? `${job.done} of ${job.of}` : job.done || ""].filter(Boolean).join(", ");

function show(open) {
  const count = document.querySelector("[data-jobs-count]");
  count.textContent = open.length;
  count.hidden = !open.length;
  count.setAttribute("aria-label", `${open.length} under way`);
  for (const job of open) {
    const line = document.querySelector(`[data-job="${job.id}"] [data-job-stage], [data-wait-job="${job.id}"] [data-job-stage]`);
    if (line) line.textContent = stage(job);
  }
}

export function jobs() {
  const path = org();
  if (!path) return;
  const waits = document.querySelector("[data-wait-job]")?.dataset.waitJob;
  const list = document.querySelector("[data-live-jobs]");
  const refresh = document.querySelector("[data-refresh]");
  let before = null;
  // Asked for by name: there may be more under way than a display shows.
  const asked = new URLSearchParams();
  if (waits) asked.set("wait", waits);
  if (refresh) asked.set("what", refresh.dataset.refresh);
  const source = new EventSource(`${path}/live?${asked}`);
  // A page that waits for what is not there is read again once, and not for ever.
  const once = `read-again ${location.pathname} ${waits ?? refresh?.dataset.refreshOf ?? ""}`;
  source.onmessage = ({ data }) => {
    const open = JSON.parse(data);
    show(open);
    const ids = open.map((job) => job.id).sort().join();
    const isOpen = open.some((job) => (waits ? job.id === waits : job.what === refresh?.dataset.refresh));
    if (isOpen) sessionStorage.removeItem(once);
    const ended = (waits || refresh) && !isOpen && !sessionStorage.getItem(once);
    const moved = before !== null && before !== ids;
    before = ids;
    // A text that is being typed is never thrown away.
    if (document.querySelector("form[data-changed]")) return;
    if (ended || (moved && list)) {
      if (ended) sessionStorage.setItem(once, "yes");
      source.close();
      const here = new URL(location);
      here.searchParams.delete("notice");
      location.replace(here.pathname + here.search);
    }
  };
  addEventListener("pagehide", () => source.close());
}
