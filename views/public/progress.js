// Notices that this sign-in has gone on in another tab, for instance by the link in the message, and goes after it. A
// reload of the page does the same.

const FIRST_MS = 2000;
const LONGEST_MS = 15_000;
const GROWTH = 1.5;

/** The tab that was right is on its way to the application; this one must not get there first. */
const HEAD_START_MS = 1500;

const note = document.querySelector('[data-progress]');
const end = Date.now() + Number(note.dataset.lifetime) * 1000;
let wait = FIRST_MS;
let timer;
let asking = false;

const isOver = async () => (await fetch(note.dataset.progress, { method: 'HEAD', cache: 'no-store' })).status === 410;

async function ask() {
  if (asking) return;
  asking = true;
  // The server may be restarting; the next round finds it again.
  const over = await isOver().catch(() => false);
  asking = false;
  if (over) goOn();
  else askLater();
}

function askLater() {
  clearTimeout(timer);
  if (document.hidden || Date.now() > end) return;
  timer = setTimeout(ask, wait);
  wait = Math.min(LONGEST_MS, wait * GROWTH);
}

function goOn() {
  note.textContent = note.dataset.goneOn;
  setTimeout(() => location.replace(note.dataset.onward), HEAD_START_MS);
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (document.hidden || Date.now() > end) return;
  wait = FIRST_MS;
  ask();
});

// This page is about to go on by itself.
addEventListener('submit', () => {
  clearTimeout(timer);
  asking = true;
});

askLater();
