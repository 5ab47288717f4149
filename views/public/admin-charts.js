// Says the numbers of a day where the pointer is, or where the arrow keys have gone. Without script the title of each
// day does, and the table below the chart.

function tipOf(chart) {
  const tip = document.createElement('output');
  tip.className = 'chart-tip';
  tip.hidden = true;
  chart.querySelector('.plot-box').append(tip);
  return tip;
}

function follow(chart) {
  const bands = [...chart.querySelectorAll('[data-band]')];
  const titles = bands.map((band) => band.querySelector('title').textContent);
  // The browser's own tip would come on top of ours.
  for (const band of bands) band.querySelector('title').remove();
  const tip = tipOf(chart);
  let at = -1;
  const show = (index) => {
    bands[at]?.classList.remove('shown');
    at = index;
    tip.hidden = at < 0;
    if (at < 0) return;
    bands[at].classList.add('shown');
    tip.textContent = titles[at];
    const box = tip.parentElement.getBoundingClientRect();
    const middle = (box.width * (at + 0.5)) / bands.length;
    const left = Math.min(Math.max(middle - tip.offsetWidth / 2, 0), box.width - tip.offsetWidth);
    tip.style.insetInlineStart = `${left}px`;
  };
  for (const [index, band] of bands.entries()) band.addEventListener('pointerenter', () => show(index));
  chart.querySelector('.plot').addEventListener('pointerleave', () => show(-1));
  chart.tabIndex = 0;
  chart.addEventListener('blur', () => show(-1));
  chart.addEventListener('keydown', (event) => {
    if (event.target !== chart) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(at < 0 ? bands.length - 1 : Math.min(Math.max(at + step, 0), bands.length - 1));
  });
}

for (const chart of document.querySelectorAll('[data-chart]:not(.is-empty)')) follow(chart);
