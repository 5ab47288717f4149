import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountOf, provenEmail, provenNumber, START } from '../support/factories.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

const MINUTE = 60_000;

describe('API: hosted sign-ins that want two factors (contracts.md §4.3: mfa_required)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const send = { require_mfa: true };

  /** Somebody with an address and a number. */
  async function person() {
    const [address, number] = [suite.address(), suite.number()];
    const account = accountOf({ identifiers: [provenEmail(address), provenNumber(number)] });
    await suite.server.server.store.accounts.createOrFind(account);
    return { address, number, id: account.id };
  }

  it('sign in with the first one and say which other one is missing, then lead on with it', async () => {
    const { address, number, id } = await person();
    const browser = suite.browser();
    const first = await hosted.open(await hosted.prove(address, { send }), browser);
    expect(first?.href.split('?')[0]).to.equal(hosted.redirectUri);
    expect(Object.fromEntries(first?.searchParams ?? [])).to.deep.equal({
      error: 'mfa_required',
      error_description: 'another factor is required: sms',
      iss: suite.server.issuer,
    });
    const second = await hosted.authorizationCode(number, { send, browser });
    const { body } = await hosted.exchange(second);
    const claims = decodeJwt(String(body.id_token));
    expect(claims).to.deep.include({ sub: id, acr: 'urn:countersign:acr:2fa', amr: ['otp', 'sms', 'mfa'] });
  });

  it('the other way round, too: the number first, then the address', async () => {
    const { address, number, id } = await person();
    const browser = suite.browser();
    const first = await hosted.open(await hosted.prove(number, { send }), browser);
    expect(first?.searchParams.get('error_description')).to.equal('another factor is required: email');
    const { body } = await hosted.exchange(await hosted.authorizationCode(address, { send, browser }));
    const claims = decodeJwt(String(body.id_token));
    expect(claims).to.deep.include({ sub: id, acr: 'urn:countersign:acr:2fa', amr: ['sms', 'otp', 'mfa'] });
  });

  it('not in another browser, and not with the same channel again', async () => {
    const { address, number } = await person();
    const browser = suite.browser();
    await hosted.open(await hosted.prove(address, { send }), browser);
    for (const [identifier, where] of [
      [address, browser],
      [number, suite.browser()],
    ] as const) {
      const landed = await hosted.open(await hosted.prove(identifier, { send }), where);
      expect(landed?.searchParams.get('error')).to.equal('mfa_required');
    }
  });

  it('not with the factor of somebody else', async () => {
    const [one, other] = [await person(), await person()];
    const browser = suite.browser();
    await hosted.open(await hosted.prove(one.address, { send }), browser);
    if ((await hosted.open(await hosted.prove(other.number, { send }), browser)) === null) await browser.submit(null);
    expect(browser.landedAt().searchParams.get('error')).to.equal('mfa_required');
  });

  it('not when the other proof is older than ten minutes', async () => {
    const time = suite.freeze();
    const { address, number } = await person();
    const browser = suite.browser();
    await hosted.open(await hosted.prove(address, { send }), browser);
    time.advance(10 * MINUTE + 1000);
    const landed = await hosted.open(await hosted.prove(number, { send }), browser);
    expect(landed?.searchParams.get('error')).to.equal('mfa_required');
  });

  it('not with a number that is held, because it was added with one factor (R-32)', async () => {
    const [address, number] = [suite.address(), suite.number()];
    const held = { since: START + MINUTE, until: Date.now() + 60 * MINUTE };
    const identifiers = [provenEmail(address), provenNumber(number, { verifiedAt: START + MINUTE })];
    await suite.server.server.store.accounts.createOrFind(accountOf({ identifiers, held }));
    for (const order of [
      [address, number],
      [number, address],
    ]) {
      const browser = suite.browser();
      for (const identifier of order) {
        const landed = await hosted.open(await hosted.prove(identifier, { send }), browser);
        expect(landed?.searchParams.get('error_description')).to.equal('no other factor is known');
      }
    }
  });

  it('need no third proof when both are proven already', async () => {
    const { address, number } = await person();
    const browser = suite.browser();
    await hosted.open(await hosted.prove(address, { send }), browser);
    await hosted.exchange(await hosted.authorizationCode(number, { send, browser }));
    const { body } = await hosted.exchange(await hosted.authorizationCode(address, { send, browser }));
    expect(decodeJwt(String(body.id_token))).to.include({ acr: 'urn:countersign:acr:2fa' });
  });

  it('name nothing where there is nothing, and give no code', async () => {
    const landed = await hosted.open(await hosted.prove(suite.address(), { send }));
    expect(landed?.searchParams.get('error_description')).to.equal('no other factor is known');
    expect(landed?.searchParams.has('code')).to.equal(false);
  });

  it('are asked for on our page when the request asks by acr', async () => {
    const { address, number } = await person();
    const claims = { id_token: { acr: { essential: true, values: ['urn:countersign:acr:2fa'] } } };
    const browser = suite.browser();
    expect(await hosted.open(await hosted.prove(address, { send: { claims } }), browser)).to.equal(null);
    await browser.submit('code-submit', { code: await suite.server.code(number) });
    const { body } = await hosted.exchange(browser.landedAt().searchParams.get('code') ?? '');
    expect(decodeJwt(String(body.id_token))).to.deep.include({ amr: ['otp', 'sms', 'mfa'] });
  });
});
