// Counts down what the server said, and spares a press after a paste. The server enforces both on its own.

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'always' });

const rounding = { up: Math.ceil, near: Math.round };

const words = (seconds, round) =>
  seconds <= 90 ? relative.format(Math.ceil(seconds), 'second') : relative.format(round(seconds / 60), 'minute');

function countDown(note) {
  const end = Date.now() + Number(note.dataset.countdown) * 1000;
  const button = document.querySelector(`[data-wait-for="${note.id}"]`);
  const remaining = note.querySelector('[data-remaining]');
  if (button) button.disabled = true;
  const tick = () => {
    const seconds = (end - Date.now()) / 1000;
    if (seconds > 0) {
      if (remaining) remaining.textContent = words(seconds, rounding[note.dataset.rounding]);
      return;
    }
    clearInterval(timer);
    note.textContent = note.dataset.elapsed;
    if (button) button.disabled = false;
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const note of document.querySelectorAll('[data-countdown]')) countDown(note);

const input = document.querySelector('#code');

/** How a whole code arrives at once. Typing never submits (the last digit may be wrong), nor does what a program enters. */
const AT_ONCE = new Set(['insertFromPaste', 'insertReplacementText']);

// Where there is something else to decide, the person presses the button.
const undecided = document.querySelector('#remember-device') !== null;

input?.addEventListener('input', (event) => {
  if (undecided) return;
  const length = input.value.replace(/[\s.\u2010-\u2015-]/g, '').length;
  if (AT_ONCE.has(event.inputType) && length === Number(input.dataset.length)) {
    input.form.requestSubmit(document.querySelector('#code-submit'));
  }
});
