// Comfort for those who have script: every screen works without it. Nothing here makes markup of text.
import { palette } from "./palette.js";
import { keys } from "./keys.js";
import { jobs } from "./jobs.js";
import { editor } from "./editor.js";
import { look } from "./look.js";

const root = document.documentElement;
root.dataset.js = "";

// One menu at a time, closed by Escape and by a click elsewhere.
const menus = [...document.querySelectorAll("details.menu")];
const shut = (but) => menus.forEach((menu) => menu !== but && (menu.open = false));
document.addEventListener("click", (event) => shut(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.firstChild.textContent = "Copied";
    setTimeout(() => (button.firstChild.textContent = "Copy"), 2000);
  });
}

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

palette();
keys();
jobs();
editor();
look();
