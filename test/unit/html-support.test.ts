import { expect } from 'chai';
import { contentOf, descendants, parseHtml, visibleText } from '../support/html-document.ts';
import { defaultButton, entryList, formsOf, type HtmlForm, isSubmitter } from '../support/html-forms.ts';

const onlyForm = (html: string): HtmlForm => {
  const [form, ...others] = formsOf(parseHtml(html));
  if (form === undefined || others.length > 0) throw new Error('expected one form');
  return form;
};

describe('support: reading pages', () => {
  it('reads attributes with double, single and no quotes, and decodes entities', () => {
    const form = onlyForm(`<FORM ID=f METHOD='Post' action="/go?a=1&amp;b=2">
      <input name=one value=bare><input name='two' value='it&#39;s'><input name="three" value="&lt;a&gt; &quot;&#x2022;&quot;">
      <input name=four value="1" value="2"></form>`);
    expect(form).to.include({ id: 'f', method: 'post', action: '/go?a=1&b=2' });
    expect(entryList(form, null, {})).to.deep.equal([
      ['one', 'bare'],
      ['two', "it's"],
      ['three', '<a> "•"'],
      ['four', '1'],
    ]);
  });

  it('sees no forms in comments, scripts, text areas and titles', () => {
    const page = `<!doctype html><title><form></title><!-- <form> --><script>"<form>"</script>
      <form id=only><textarea name=t>
<form>&amp;</textarea></form>`;
    expect(entryList(onlyForm(page), null, {})).to.deep.equal([['t', '<form>&']]);
  });

  it('reads text as a person does', () => {
    const page = parseHtml(
      `<head><title>T</title></head><body><h1>Hello</h1><p>a <b>b</b>c<p>next<br>line</p>
       <p hidden>secret</p><style>p{}</style><noscript>no script</noscript></body>`,
    );
    expect(visibleText(page)).to.equal('Hello a bc next line no script');
  });

  it('ends elements whose end tag is missing, and ignores end tags without a start', () => {
    const page = parseHtml('<ul><li id=a>one<li id=b>two</ul></section><p id=c>three');
    const texts = [...descendants(page)].filter(({ name }) => name !== 'ul').map(contentOf);
    expect(texts).to.deep.equal(['one', 'two', 'three']);
  });

  it('never fails and never hangs on broken markup', () => {
    for (const html of ['<', '<a', '<a b="', '</', '<!--', '<p <p <p', `${'<div>'.repeat(2000)}x`, '<'.repeat(5000)]) {
      expect(() => visibleText(parseHtml(html))).not.to.throw();
    }
  });
});

describe('support: what a form sends', () => {
  const form = onlyForm(`<form><fieldset disabled><input name=off value=1></fieldset>
    <input name=csrf type=hidden value=token><input name=address value=""><input type=checkbox name=keep value=yes checked>
    <input type=checkbox name=news><input type=radio name=way value=mail checked><input type=radio name=way value=phone>
    <select name=lang><option value=en>English<option value=de selected>Deutsch</select>
    <button name=what value=go>Go</button><button name=what value=stop>Stop</button><button type=button name=x>?</button>
    <input disabled name=gone value=1></form><input form=other name=foreign>`);

  it('is its hidden fields, the entries and the pressed button', () => {
    const stop = form.controls.find((control) => isSubmitter(control) && control !== defaultButton(form)) ?? null;
    expect(entryList(form, stop, { address: 'a@b.example', way: 'phone', keep: '', news: 'on' })).to.deep.equal([
      ['csrf', 'token'],
      ['address', 'a@b.example'],
      ['news', 'on'],
      ['way', 'phone'],
      ['lang', 'de'],
      ['what', 'stop'],
    ]);
  });

  it('is the first button where Enter is pressed', () => {
    expect(entryList(form, defaultButton(form), {})).to.deep.include(['what', 'go']);
  });

  it('refuses entries that a person could not make', () => {
    for (const name of ['csrf', 'what', 'gone', 'off', 'nonsense']) {
      expect(() => entryList(form, null, { [name]: 'x' }), name).to.throw('no control');
    }
  });
});
