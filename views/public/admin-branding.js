// Shows what comes of the form while it is filled in; without script the button Preview does.

const form = document.querySelector('#looks');
const WORDS = ['heading', 'intro', 'mailIntro'];

function show() {
  const typed = new FormData(form);
  const locale = typed.get('locale');
  const query = new URLSearchParams({ locale });
  for (const name of ['logoUri', 'accent', ...WORDS.map((word) => `${locale}.${word}`)]) {
    const value = typed.get(name) ?? '';
    if (value !== '') query.set(name, value);
  }
  for (const what of ['page', 'mail']) {
    const address = `${form.action}/${what}?${query}`;
    // Another address in the place of the present one leaves no entry behind for the button Back.
    document.querySelector(`#preview-${what}`).contentWindow.location.replace(address);
  }
}

let timer;

form?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(show, 400);
});
