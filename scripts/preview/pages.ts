/**
 * Renders every page and message in its states, with sample data, into a folder for looking at.
 *
 * Usage: `node scripts/preview/pages.ts [folder] [locale]`, then serve the folder with any static web server.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { createViews, loadAssets } from '../../src/adapters/views-eta/index.ts';
import { consoleSamples, renderConsoleSample } from './console.ts';
import { inboxSample, mail, notice, renderSample, samples } from './samples.ts';

function main(folder: string, locale: string): void {
  const views = createViews();
  const write = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [path, asset] of loadAssets()) write(path.slice(1), asset.body);
  const pages = Object.entries({ ...samples, inbox: inboxSample(views, locale) });
  for (const [name, sample] of pages) write(`${name}.html`, renderSample(views, sample, locale));
  const consolePages = Object.entries(consoleSamples);
  for (const [name, sample] of consolePages) write(`console-${name}.html`, renderConsoleSample(views, sample));
  const email = views.message('email', 'code', locale, 'Countersign', mail);
  write('mail.html', email.html ?? '');
  write('mail.txt', `Subject: ${email.subject}\n\n${email.text}\n`);
  const linkMail = views.message('email', 'code', locale, 'Countersign', { ...mail, code: null });
  write('mail-link.html', linkMail.html ?? '');
  write('mail-link.txt', `Subject: ${linkMail.subject}\n\n${linkMail.text}\n`);
  write('sms.txt', `${views.message('sms', 'code', locale, 'Countersign', { ...mail, link: null }).text}\n`);
  const told = views.message('email', 'notice', locale, 'Countersign', notice);
  write('notice.html', told.html ?? '');
  write('notice.txt', `Subject: ${told.subject}\n\n${told.text}\n`);
  write('notice-sms.txt', `${views.message('sms', 'notice', locale, 'Countersign', notice).text}\n`);
  const messages = [
    'mail.html',
    'mail.txt',
    'mail-link.html',
    'mail-link.txt',
    'sms.txt',
    'notice.html',
    'notice.txt',
    'notice-sms.txt',
  ];
  const names = [
    ...pages.map(([name]) => `${name}.html`),
    ...consolePages.map(([name]) => `console-${name}.html`),
    ...messages,
  ];
  write('index.html', `<!doctype html><ul>${names.map((name) => `<li><a href="${name}">${name}</a>`).join('')}</ul>`);
  stdout.write(`${names.length} files in ${folder}\n`);
}

main(argv[2] ?? join(tmpdir(), 'countersign-preview'), argv[3] ?? 'en');
