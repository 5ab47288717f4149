// Niceties for every page; nothing depends on them.

// A logo that cannot be loaded gives way to the monogram beneath it.
for (const logo of document.querySelectorAll('.avatar img')) logo.decode().catch(() => logo.remove());

addEventListener('submit', (event) => event.submitter?.setAttribute('aria-busy', 'true'));

// A page that comes back from the back/forward cache is not busy any more.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
});
