import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { ProvenIdentifier } from '../../src/domain/account.ts';
import {
  challengeOf,
  median,
  NO_BUDGETS,
  type Observation,
  observe,
  shotOf,
  shownBy,
  timed,
  uidOf,
} from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { accountOf, provenEmail, provenNumber } from '../support/factories.ts';
import { enterCode, type Suite, useServer } from '../support/journey.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { send } from '../support/wire.ts';

const MINUTE = 60_000;
/** */
const CLOSE_MS = 10;

/** Somebody by what they give, and what else their account has; null for nobody. */
interface Person {
  readonly given: string;
  readonly other: string | null;
}

type Kind = 'with both' | 'with one' | 'nobody' | 'disabled';

/** @param address whether an address is given and the number is the other one, or the other way round */
async function enrol(suite: Suite, kind: Kind, address = true): Promise<Person> {
  const [mail, number] = [suite.address(), suite.number()];
  const both: ProvenIdentifier[] = [provenEmail(mail), provenNumber(number)];
  const given = address ? mail : number;
  const status = kind === 'disabled' ? 'disabled' : 'active';
  const identifiers = kind === 'with one' ? both.filter(({ value }) => value === given) : both;
  if (kind !== 'nobody') await suite.server.server.store.accounts.createOrFind(accountOf({ identifiers, status }));
  return { given, other: kind === 'with both' ? (address ? number : mail) : null };
}

/** A new browser on the page for the code that was sent to what they gave. */
async function arrive(suite: Suite, { given }: Person): Promise<Browser> {
  const browser = suite.browser();
  await suite.begin(browser);
  await browser.submit('identifier-submit', { identifier: given });
  return browser;
}

/** As the page writes it. */
const written = (given: string): string[] => [given, given.replace(/^(\+49)(\d{4})/, '$1 $2 ')];

describe('the other channel of an account', function () {
  this.timeout(20_000);
  const suite = useServer();

  for (const address of [true, false]) {
    it(`signs in to the same account, asked for by ${address ? 'address' : 'number'}`, async () => {
      const person = await enrol(suite, 'with both', address);
      const other = person.other ?? '';
      const browser = suite.browser();
      const started = await suite.begin(browser, { parameters: { scope: 'openid email phone' } });
      await browser.submit('identifier-submit', { identifier: person.given });
      await browser.submit('code-other');
      const code = await suite.server.code(other);
      const page = browser.page.html.replaceAll(' ', '');
      expect(page, 'what the account has').to.not.contain(other.slice(-4));
      expect(browser.page.textOf('recipient')).to.contain(address ? 'The phone number of' : 'The e-mail address of');
      await enterCode(browser, code);
      const { tokens } = await suite.finish(browser, started);
      const account = await suite.server.server.store.accounts.findById(tokens.claims()?.sub ?? '');
      expect(account?.identifiers.map(({ value }) => value)).to.have.members([person.given, other]);
      expect(tokens.claims()?.amr).to.deep.equal([address ? 'sms' : 'otp']);
    });
  }

  it('is left for the one that was given, with a new code, as often as people change their minds', async () => {
    const person = await enrol(suite, 'with both');
    const browser = await arrive(suite, person);
    const first = await challengeOf(suite, uidOf(browser));
    await browser.submit('code-other');
    await browser.submit('code-other');
    const last = await challengeOf(suite, uidOf(browser));
    expect(last).to.include({ askedAs: null, decoy: false });
    expect(last.id).to.not.equal(first.id);
    await enterCode(browser, await suite.server.code(person.given, 2));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is not there for a number that left the account meanwhile: no account begins with it', async () => {
    const person = await enrol(suite, 'with both');
    const other = person.other ?? '';
    const browser = await arrive(suite, person);
    await browser.submit('code-other');
    const code = await suite.server.code(other);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findByIdentifier({ channel: 'sms', value: other });
    await accounts.detach(account?.id ?? '', { channel: 'sms', value: other });
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.get('error')).to.equal('access_denied');
    expect(await accounts.findByIdentifier({ channel: 'sms', value: other })).to.equal(null);
  });

  it('goes on with what was given: the page to change it shows nothing else', async () => {
    const person = await enrol(suite, 'with both');
    const browser = await arrive(suite, person);
    await browser.submit('code-other');
    await browser.submit('code-change');
    expect(browser.page.value('identifier')).to.equal(person.given);
  });
});

for (const signUp of ['open', 'closed']) {
  describe(`safety: the other channel tells a stranger nothing, with sign-up ${signUp} (R-24)`, function () {
    this.timeout(60_000);
    const suite = useServer({ env: { ...NO_BUDGETS, SIGN_UP: signUp } });
    const kinds: readonly Kind[] = ['with both', 'with one', 'nobody', 'disabled'];

    /** Everything a stranger sees who asks for it, guesses, has it sent again, goes back to what they gave. */
    async function tour(person: Person): Promise<{ seen: Observation[]; ms: number }> {
      const time = suite.freeze();
      const browser = await arrive(suite, person);
      const own = [...written(person.given), uidOf(browser)];
      const shot = shotOf(browser, 'code-other');
      const { answer, ms } = await timed(() => send(shot));
      const pages = [shownBy(shot, answer)];
      pages.push(await browser.get(new URL(answer.headers.location ?? '', shot.url)));
      pages.push(await enterCode(browser, '000000'));
      pages.push(await browser.submit('code-resend'));
      time.advance(61_000);
      pages.push(await browser.submit('code-resend'));
      pages.push(await browser.reload());
      time.advance(5 * MINUTE);
      pages.push(await browser.submit('code-submit', { code: '000000' }));
      pages.push(await browser.submit('code-resend'));
      pages.push(await browser.submit('code-other'));
      pages.push(await browser.submit('code-other'));
      pages.push(await browser.submit('code-change'));
      time.restore();
      return { seen: pages.map((page) => observe(page, own)), ms };
    }

    for (const address of [true, false]) {
      it(`asked for by ${address ? 'address' : 'number'}: what they see is the same, whoever it is`, async () => {
        const tours = [];
        for (const kind of kinds) tours.push((await tour(await enrol(suite, kind, address))).seen);
        const [first, ...others] = tours;
        expect(first?.map(({ status }) => status)).to.deep.equal([
          303, 200, 422, 429, 200, 200, 422, 200, 200, 200, 200,
        ]);
        for (const other of others) expect(other).to.deep.equal(first);
      });
    }

    it('and takes as long', async () => {
      const times: Record<'with both' | 'nobody', number[]> = { 'with both': [], nobody: [] };
      for (let turn = 0; turn < 100; turn += 1) {
        for (const kind of turn % 2 === 0 ? (['with both', 'nobody'] as const) : (['nobody', 'with both'] as const)) {
          const browser = await arrive(suite, await enrol(suite, kind));
          times[kind].push((await timed(() => send(shotOf(browser, 'code-other')))).ms);
        }
      }
      expect(Math.abs(median(times['with both']) - median(times.nobody))).to.be.below(CLOSE_MS);
    });

    it('and only who has both is sent anything', async () => {
      const [both, one] = [await enrol(suite, 'with both'), await enrol(suite, 'with one')];
      for (const person of [one, both]) await (await arrive(suite, person)).submit('code-other');
      await suite.delivered();
      expect(await suite.server.inbox(both.other ?? '')).to.have.length(1);
      expect((await suite.server.inbox('')).filter(({ to }) => to.startsWith('none:'))).to.deep.equal([]);
    });
  });
}

describe('safety: whoever suspects what belongs together learns nothing by trying (R-24)', function () {
  this.timeout(30_000);
  const suite = useServer();
  const kinds = ['with both', 'nobody'] as const;

  /** The statuses of so many tries to have a code sent by the other channel, each in a new browser. */
  async function otherWay(person: Person, count: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      statuses.push((await (await arrive(suite, person)).submit('code-other')).status);
    }
    return statuses;
  }

  it('by spending what the number may be sent: the other way is counted by who is named', async () => {
    suite.freeze();
    const answers = [];
    for (const kind of kinds) {
      const person = await enrol(suite, kind);
      const number = person.other ?? suite.number();
      const direct: Person = { given: number, other: null };
      for (let turn = 0; turn < 4; turn += 1) await arrive(suite, direct);
      answers.push([await otherWay(person, 4), (await arrive(suite, direct)).page.status]);
    }
    expect(answers).to.deep.equal([
      [[200, 200, 200, 429], 429],
      [[200, 200, 200, 429], 429],
    ]);
  });

  it('by spending the other way first: the number itself can be asked for as ever', async () => {
    suite.freeze();
    const answers = [];
    for (const kind of kinds) {
      const person = await enrol(suite, kind);
      await otherWay(person, 3);
      const direct: Person = { given: person.other ?? suite.number(), other: null };
      const statuses = [];
      for (let turn = 0; turn < 4; turn += 1) statuses.push((await arrive(suite, direct)).page.status);
      answers.push(statuses);
    }
    expect(answers).to.deep.equal([
      [200, 200, 200, 429],
      [200, 200, 200, 429],
    ]);
  });

  it('by watching a code of the number that is open elsewhere: it stays as it is', async () => {
    suite.freeze();
    const person = await enrol(suite, 'with both');
    const browser = await arrive(suite, { given: person.other ?? '', other: null });
    const code = await suite.server.code(person.other ?? '');
    await otherWay(person, 3);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('by naming the number in the same sign-in: it is sent a code of its own, whoever has it', async () => {
    suite.freeze();
    const challenges = [];
    for (const kind of kinds) {
      const person = await enrol(suite, kind);
      const number = person.other ?? suite.number();
      const browser = suite.browser();
      await suite.begin(browser);
      const tab = browser.tab();
      await tab.get(browser.page.url);
      await browser.submit('identifier-submit', { identifier: person.given });
      await browser.submit('code-other');
      await tab.submit('identifier-submit', { identifier: number });
      expect(tab.page.textOf('recipient').replaceAll(' ', '')).to.equal(number);
      challenges.push((await challengeOf(suite, uidOf(tab))).askedAs);
    }
    expect(challenges).to.deep.equal([null, null]);
  });

  it('by wrong codes: what fails one way locks nobody out of the other', async () => {
    const time = suite.freeze();
    const person = await enrol(suite, 'with both');
    for (let turn = 0; turn < 2; turn += 1) {
      const browser = await arrive(suite, person);
      await browser.submit('code-other');
      for (let guess = 0; guess < 5; guess += 1) await browser.submit('code-submit', { code: `00000${guess}` });
    }
    const again = await arrive(suite, person);
    await again.submit('code-other');
    expect((await enterCode(again, '000000')).status, 'ten failures in an hour').to.equal(429);
    const direct = suite.browser();
    await suite.begin(direct);
    await enterCode(direct, await suite.askForCode(direct, person.other ?? ''));
    expect(direct.landedAt().searchParams.has('code')).to.equal(true);
    time.restore();
  });
});

describe('safety: what a number gets by the other channel of addresses (R-15)', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('is bounded however many addresses reach it, and who names them sees nothing of that', async () => {
    suite.freeze();
    const number = suite.number();
    const addresses = Array.from({ length: 5 }, () => suite.address());
    const identifiers = [...addresses.map((address) => provenEmail(address)), provenNumber(number)];
    await suite.server.server.store.accounts.createOrFind(accountOf({ identifiers }));
    for (const given of addresses) {
      const browser = await arrive(suite, { given, other: number });
      expect((await browser.submit('code-other')).status).to.equal(200);
    }
    await suite.delivered();
    expect(await suite.server.inbox(number)).to.have.length(3);
    const events = await suite.events({ type: 'budget.refused' }, 2);
    expect(events.map(({ reason }) => reason)).to.deep.equal(['sends.reached.0', 'sends.reached.0']);
  });
});

describe('safety: a message by the other channel that fails tells nobody (R-24)', function () {
  this.timeout(20_000);
  let sink: SmtpSink;
  before(async () => {
    sink = await startSmtpSink();
  });
  const suite = useServer({
    get env() {
      return { SMTP_URL: sink.url };
    },
  });
  after(() => sink.close());

  it('the page says the same, and waits as long, as where nothing was sent', async () => {
    suite.freeze();
    sink.setMode('reject');
    const seen: Observation[][] = [];
    for (const kind of ['with both', 'nobody'] as const) {
      const person = await enrol(suite, kind, false);
      const browser = await arrive(suite, person);
      const own = [...written(person.given), uidOf(browser)];
      await browser.submit('code-other');
      while (kind === 'with both' && !(await challengeOf(suite, uidOf(browser))).undelivered) await delay(5);
      seen.push([observe(await browser.reload(), own), observe(await browser.submit('code-resend'), own)]);
    }
    expect(seen[0]?.map(({ status }) => status)).to.deep.equal([200, 429]);
    expect(seen[0]).to.deep.equal(seen[1]);
  });
});
