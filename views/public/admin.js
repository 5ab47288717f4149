// Niceties of the console; nothing depends on them.

/** What stands beside a button that copies: a secret, an id, a block of code. */
const textBeside = (button) => button.closest('.copyable, .code')?.querySelector('code')?.textContent ?? '';

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(textBeside(button));
    const { ariaLabel } = button;
    button.classList.add('done');
    button.ariaLabel = 'Copied';
    setTimeout(() => {
      button.classList.remove('done');
      button.ariaLabel = ariaLabel;
    }, 2000);
  });
}

const menu = document.querySelector('.menu');

addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && menu?.open) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
  // As in many a console: the slash goes to the search.
  if (event.key === '/' && !event.target.closest('input, textarea, select')) {
    const search = document.querySelector('#search');
    if (search === null) return;
    event.preventDefault();
    search.focus();
  }
});
