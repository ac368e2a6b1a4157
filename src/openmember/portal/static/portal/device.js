// What a device does that a member trusts: keep the card, be told of news, and empty itself when it must.
"use strict";

const pages = document.currentScript.dataset;
const LAST_LOOK = "openmember-card-looked";

function trouble(name, said) {
  for (const note of document.querySelectorAll("[data-trouble]")) note.hidden = note.dataset.trouble !== name;
  const shown = document.querySelector(`[data-trouble="${name}"]`);
  if (said) shown.textContent = said;
  shown.scrollIntoView({ block: "center" });
}

// The page is loaded again when it worked; until then the button says that it is busy.
function stopBeingBusy(form) {
  form.removeAttribute("data-busy");
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

async function send(form, more = {}) {
  const fields = new FormData(form);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  return fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" });
}

async function keepCard(form) {
  try {
    const answer = await send(form);
    if (!answer.ok) throw new Error(answer.status);
    const card = await answer.json();
    await OpenMemberVault.keep(card.html, card.version);
    location.reload();
  } catch {
    stopBeingBusy(form);
    trouble("keep");
  }
}

// A device that may not keep the card any more empties itself; one that may takes the newest.
async function lookAfterCard() {
  if (!OpenMemberVault.isPossible()) return;
  const version = await OpenMemberVault.version();
  if (!version) return;
  const answer = await fetch(pages.state, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) return;
  if (!(await answer.json()).keeps) {
    await OpenMemberVault.empty();
    return;
  }
  if (!pages.card || sessionStorage.getItem(LAST_LOOK)) return;
  const newest = await fetch(pages.card, { credentials: "same-origin", cache: "no-store" });
  if (newest.status !== 200) return;
  const card = await newest.json();
  if (card.version !== version) await OpenMemberVault.keep(card.html, card.version);
  sessionStorage.setItem(LAST_LOOK, card.version);
}

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

async function subscribe(key) {
  const registration = await navigator.serviceWorker.ready;
  const known = await registration.pushManager.getSubscription();
  if (known) return known;
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

async function tell(form) {
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      stopBeingBusy(form);
      return trouble("blocked");
    }
    const { endpoint, keys } = (await subscribe(form.dataset.tell)).toJSON();
    const answer = await send(form, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
    if (answer.ok) return location.reload();
    stopBeingBusy(form);
    return trouble("said", (await answer.json()).error);
  } catch {
    stopBeingBusy(form);
    return trouble("tell");
  }
}

async function tellNoMore() {
  const registration = await navigator.serviceWorker.getRegistration();
  const known = registration && (await registration.pushManager.getSubscription());
  if (known) await known.unsubscribe();
}

// Do something of the browser's before a form goes its ordinary way, whatever comes of it.
function before(form, act) {
  Promise.resolve(act()).catch(() => {}).finally(() => form.submit());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const leaves = form.matches("[data-forget-card]") || new URL(form.action).pathname === pages.signOut;
  if (form.matches("[data-keep-card]")) {
    event.preventDefault();
    keepCard(form);
  } else if (form.matches("[data-tell]")) {
    event.preventDefault();
    tell(form);
  } else if (form.matches("[data-tell-no-more]")) {
    event.preventDefault();
    before(form, tellNoMore);
  } else if (leaves && OpenMemberVault.isPossible()) {
    event.preventDefault();
    // form.submit() leaves the pressed button out.
    if (event.submitter?.name) {
      const field = Object.assign(document.createElement("input"), { type: "hidden" });
      field.name = event.submitter.name;
      field.value = event.submitter.value;
      form.append(field);
    }
    sessionStorage.removeItem(LAST_LOOK);
    before(form, () => OpenMemberVault.empty());
  }
});

// The browser says when it can install; the button is there as long as it can.
let install;
window.addEventListener("beforeinstallprompt", (event) => {
  const button = document.querySelector("[data-install]");
  if (!button) return;
  event.preventDefault();
  install = event;
  button.hidden = false;
});
window.addEventListener("appinstalled", () => {
  const button = document.querySelector("[data-install]");
  if (button) button.hidden = true;
});
document.addEventListener("click", (event) => {
  if (install && event.target.closest("[data-install]")) install.prompt();
});

lookAfterCard().catch(() => {});
