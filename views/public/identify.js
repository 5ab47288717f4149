// An address is in no country. Without script the choice is always there, and is not asked for an address.

const identifier = document.querySelector('#identifier');
const country = document.querySelector('#country-field');

function show() {
  const typed = identifier.value.trim();
  country.hidden = /^\+|[@\p{L}]/u.test(typed);
}

identifier?.addEventListener('input', show);
if (identifier && country) show();
