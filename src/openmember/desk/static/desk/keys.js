// Single keys of the desk: "/" to the box, "?" to the list of keys, "g" and a letter to a page.
// They act only outside fields, and the page of keys turns them off (WCAG 2.1.4).
"use strict";

const SEQUENCE_MS = 1500;
let waiting = "";
let waitingSince = 0;

function isTyping(target) {
  return target.isContentEditable || target.matches("input, select, textarea");
}

function press(element) {
  element.focus();
  if (element.matches("a, button, summary")) element.click();
  else element.select();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || event.key.length > 1) return;
  const prefix = event.timeStamp - waitingSince < SEQUENCE_MS ? waiting : "";
  const keys = prefix ? `${prefix} ${event.key}` : event.key;
  const target = document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
  const begins = document.querySelector(`[data-keys^="${CSS.escape(keys)} "]`);
  waiting = !target && begins ? keys : "";
  waitingSince = event.timeStamp;
  if (!target) return;
  event.preventDefault();
  press(target);
});
