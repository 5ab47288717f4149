// Shows new messages by themselves; reloading the page does the same.

const parser = new DOMParser();

async function refresh() {
  const list = document.querySelector('#messages');
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = parser.parseFromString(await response.text(), 'text/html').querySelector('#messages');
  // The same list stays untouched, so that a selection in it survives.
  if (fresh && (fresh.dataset.latest !== list.dataset.latest || fresh.dataset.count !== list.dataset.count)) {
    list.replaceWith(fresh);
  }
}

// The server may be restarting; the next round finds it again.
setInterval(() => document.hidden || refresh().catch(() => {}), 3000);
