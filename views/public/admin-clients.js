// Says what is wrong with redirect URIs while they are typed, by the rule of the server; it says the same when the form is sent.

const form = document.querySelector('form[data-type]');
const area = form?.querySelector('#redirectUris');

/** What the server says of one redirect URI; null when nothing is wrong with it. */
async function problemOf(uri) {
  const query = new URLSearchParams({ uri, type: form.dataset.type });
  const response = await fetch(`/admin/redirect-uri-check?${query}`, { headers: { accept: 'application/json' } });
  // Whoever has to sign in again is told when the form is sent.
  return response.ok && !response.redirected ? (await response.json()).problem : null;
}

function show(problems) {
  document.querySelector('#redirectUris-problem')?.remove();
  area.toggleAttribute('aria-invalid', false);
  if (problems.length === 0) return;
  const list = document.createElement('ul');
  list.className = 'field-problem';
  list.id = 'redirectUris-problem';
  for (const problem of problems) list.append(Object.assign(document.createElement('li'), { textContent: problem }));
  area.after(list);
  area.setAttribute('aria-invalid', 'true');
  area.setAttribute('aria-describedby', 'redirectUris-problem redirectUris-hint');
}

let round = 0;

async function check() {
  round += 1;
  const mine = round;
  const lines = area.value.split('\n').map((line, index) => [line.trim(), index + 1]);
  const asked = lines.filter(([line]) => line !== '').slice(0, 50);
  const answers = await Promise.all(asked.map(async ([line, number]) => [number, await problemOf(line)]));
  // Whatever was typed since has an answer of its own.
  if (mine === round)
    show(answers.flatMap(([number, problem]) => (problem === null ? [] : [`Line ${number}: ${problem}`])));
}

let timer;

area?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(check, 400);
});
area?.addEventListener('blur', () => {
  clearTimeout(timer);
  if (!area.readOnly && area.value.trim() !== '') check();
});
