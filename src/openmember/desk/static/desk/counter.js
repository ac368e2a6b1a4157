// The counter takes nothing while the server does not answer, and says so at once. Nothing is queued: a
// payment exists when the server has it, and until then a numbered paper receipt is the receipt.
"use strict";

const PATIENCE_MS = 3000;
const EVERY_MS = 5000;
const notice = document.getElementById("counter-unreachable");
const answered = new WeakSet();

async function isReached() {
  if (!navigator.onLine) return false;
  try {
    const answer = await fetch(notice.dataset.ask, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function look() {
  const reached = await isReached();
  const says = reached ? "" : notice.dataset.says;
  if (notice.textContent !== says) notice.textContent = says;
  return reached;
}

// Before every form: ask first, send then. On the window, which hears of it before a form counts as sent.
window.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || answered.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.asking) return;
  form.dataset.asking = "yes";
  const reached = await look();
  delete form.dataset.asking;
  if (!reached) return;
  answered.add(form);
  form.requestSubmit(event.submitter);
}, true);

window.addEventListener("offline", look);
window.addEventListener("online", look);
setInterval(look, EVERY_MS);
