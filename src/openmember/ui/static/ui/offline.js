// Shows the card that this device keeps, where there is no connection.
"use strict";

async function showKept() {
  const place = document.querySelector("[data-kept]");
  const kept = OpenMemberVault.isPossible() ? await OpenMemberVault.read() : null;
  if (kept === null) {
    for (const note of document.querySelectorAll("[data-nothing-kept]")) note.hidden = false;
    return;
  }
  const parts = document.createElement("template");
  parts.innerHTML = kept;
  place.replaceChildren(parts.content);
  place.hidden = false;
  for (const element of place.querySelectorAll("[data-needs-script]")) element.hidden = false;
}

document.addEventListener("DOMContentLoaded", showKept);
