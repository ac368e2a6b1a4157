// A page of the kiosk that somebody left goes back to the beginning, so that nobody reads what they typed.
"use strict";

const home = document.currentScript.dataset.home;
const IDLE_MILLISECONDS = 60_000;
// Long enough to read the question and press its one button, or anything.
const ASKED_MILLISECONDS = 30_000;
let timer;

const begin = () => location.replace(home);

function ask() {
  const dialog = document.getElementById("still-there");
  if (location.pathname === home || !dialog) return begin();
  dialog.showModal();
  timer = setTimeout(begin, ASKED_MILLISECONDS);
}

function stay() {
  // While it is asked, the question's own button answers it.
  if (document.querySelector("#still-there[open]")) return;
  clearTimeout(timer);
  timer = setTimeout(ask, IDLE_MILLISECONDS);
}

for (const sign of ["pointerdown", "keydown", "input", "wheel"]) addEventListener(sign, stay, { passive: true, capture: true });
addEventListener("click", (event) => event.target.closest("[data-stay]")?.closest("dialog").close());
// By its button or by Escape.
document.getElementById("still-there")?.addEventListener("close", stay);
// A page the browser kept, reached by going back, would show what the last person typed.
addEventListener("pageshow", (event) => (event.persisted ? begin() : stay()));
