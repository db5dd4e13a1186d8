// Tells once that a person looks at the page: it was in view for two seconds, and was scrolled, touched or typed at.
// What only loads pages, as scanners of mail do, does no such thing. The page does without this script.

const IN_VIEW = 2000;
const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"];

const page = document.querySelector("[data-seen]");
let timer;
let viewed = false;
let touched = false;

const tell = () => {
  if (!viewed || !touched || !page.dataset.seen) return;
  fetch(page.dataset.seen, { method: "POST", credentials: "omit", keepalive: true }).catch(() => {});
  delete page.dataset.seen;
};

const look = () => {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  timer = setTimeout(() => {
    viewed = true;
    tell();
  }, IN_VIEW);
};

const touch = (event) => {
  if (!event.isTrusted) return;
  touched = true;
  tell();
};

if (page) {
  document.addEventListener("visibilitychange", look);
  for (const name of HANDS) addEventListener(name, touch, { passive: true });
  look();
}
