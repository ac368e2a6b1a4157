// What signing in does better with a script: showing a password, and saying when a passkey fails.
"use strict";

const words = document.currentScript.dataset;

function offerToShow(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "usa-button usa-button--unstyled";
  button.textContent = words.show;
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const hide = field.type === "text";
    field.type = hide ? "password" : "text";
    button.textContent = hide ? words.show : words.hide;
  });
  field.after(button);
  // A password in the clear is neither kept nor completed by the browser.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}

document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[type=password]")) offerToShow(field);
});

// django-allauth tells of a passkey that was refused, stopped or not found.
document.addEventListener("allauth.error", (event) => {
  const trouble = document.querySelector("[data-passkey-trouble]");
  if (!trouble) return;
  event.preventDefault();
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
});
