// Runs before the first paint, so that a remembered scheme never flashes.
{
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const kept = localStorage.getItem("scheme");
    if (kept === "light" || kept === "dark") root.dataset.scheme = kept;
  } catch {
    // Storage is switched off: the system's scheme stays.
  }
}
