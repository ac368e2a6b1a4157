// What pages do better with a script. Everything works without it.
"use strict";

const script = document.currentScript;

// Controls that can do nothing without a script stay hidden until there is one.
function revealIn(root) {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
}

// A person who sent a form with mistakes starts at the list of them.
function focusErrorsIn(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  return Boolean(summary);
}

async function copy(button) {
  const status = button.parentElement.querySelector("[data-said]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    copyTheOldWay(button.dataset.copy);
  }
  status.textContent = "";
  // A pause, so that a screen reader says the word again when it is copied again.
  setTimeout(() => { status.textContent = status.dataset.said; }, 50);
  setTimeout(() => { status.textContent = ""; }, 6000);
}

// Clipboard access is refused on plain http.
function copyTheOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "om-said";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// A form is sent once. The flag falls when the answer comes or the page is shown again.
function setBusy(form, busy) {
  form.toggleAttribute("data-busy", busy);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setBusy(form, true);
}, true);

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) setBusy(form, false);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) setBusy(form, false);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  revealIn(part);
  if (!focusErrorsIn(part)) part.querySelector("[data-focus]")?.focus();
});

function tellOfTrouble() {
  const notice = document.getElementById("om-trouble");
  if (!notice) return;
  notice.hidden = false;
  notice.scrollIntoView({ block: "center" });
}
document.addEventListener("htmx:responseError", tellOfTrouble);
document.addEventListener("htmx:sendError", tellOfTrouble);
document.addEventListener("htmx:beforeRequest", () => {
  const notice = document.getElementById("om-trouble");
  if (notice) notice.hidden = true;
});

// Desk shortcuts: data-shortcut="ctrl+k" focuses a field and presses a button or a link.
// Never a single letter, which speech input would trigger by chance.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey || event.altKey) || event.isComposing) return;
  const held = event.altKey ? "alt" : "ctrl";
  const key = event.key.toLowerCase();
  if (held === "ctrl" && key === "enter" && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  const target = document.querySelector(`[data-shortcut="${CSS.escape(`${held}+${key}`)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, button")) target.click();
});

document.addEventListener("DOMContentLoaded", () => {
  revealIn(document);
  focusErrorsIn(document);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
});

if ("serviceWorker" in navigator && script.dataset.serviceWorker) {
  // Refused, or cut short by a sign-out that clears the browser: the next page tries again.
  const register = () => navigator.serviceWorker.register(script.dataset.serviceWorker).catch(() => {});
  window.addEventListener("load", register);
}
