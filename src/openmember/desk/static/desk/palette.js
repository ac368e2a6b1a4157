// The palette: Ctrl+K lists every act of the page and every place, narrows as one types, and Enter goes there.
// What fits nothing is looked for as a member. Without it, the same links and buttons stand on the page.
"use strict";

const palette = document.getElementById("palette");
const wanted = palette && palette.querySelector("input");
const list = palette && palette.querySelector("ul");
let shown = [];
let at = 0;

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function everything() {
  const acts = [...document.querySelectorAll("main [data-act], .desk-duty [data-act]")];
  const places = [...document.querySelectorAll(".desk-places a")];
  return [...acts, ...places].map((target) => ({ target, words: target.textContent.trim().replace(/\s+/g, " ") }));
}

function mark(place) {
  at = Math.max(0, Math.min(place, shown.length - 1));
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  const current = list.children[at];
  wanted.setAttribute("aria-activedescendant", current ? current.id : "");
  if (current) current.scrollIntoView({ block: "nearest" });
}

function narrow() {
  const parts = plain(wanted.value).split(/\s+/).filter(Boolean);
  shown = everything().filter((one) => parts.every((part) => plain(one.words).includes(part)));
  if (wanted.value.trim()) shown.push({ find: wanted.value.trim(), words: `${palette.dataset.find} “${wanted.value.trim()}”` });
  list.replaceChildren(
    ...shown.map((one, index) => {
      const item = document.createElement("li");
      item.id = `palette-${index}`;
      item.setAttribute("role", "option");
      item.textContent = one.words;
      item.addEventListener("click", () => go(index));
      return item;
    }),
  );
  mark(0);
}

function go(place) {
  const chosen = shown[place];
  if (!chosen) return;
  palette.close();
  if (chosen.find) {
    const form = palette.querySelector("form.desk-palette__find");
    form.elements.text.value = chosen.find;
    form.submit();
  } else {
    chosen.target.focus();
    chosen.target.click();
  }
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (palette.open) return palette.close();
    wanted.value = "";
    palette.showModal();
    narrow();
  });
  wanted.addEventListener("input", narrow);
  wanted.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      go(at);
    }
  });
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
}
