import { expect } from 'chai';
import { createRandom } from '../../src/adapters/system/index.ts';
import { codeOf, isCodeOf, isLinkOf, linkTokenOf } from '../../src/services/challenges/secrets.ts';
import { createVault } from '../../src/services/vault.ts';
import { challengeOf } from '../support/factories.ts';

const [OLD, NEW] = ['old secret of more than 32 characters', 'new secret of more than 32 characters'];
const vaultOf = (...secrets: string[]) => createVault(secrets, createRandom());
const vault = vaultOf(OLD);
const challenge = challengeOf({ proof: 'both', pepperId: vault.peppers[0].id, interactionId: 'interaction' });
const token = linkTokenOf(vault, challenge) ?? '';
const code = codeOf(vault, challenge) ?? '';

describe('the secrets of a challenge', () => {
  it('are its own: another id, nonce, purpose or channel has others (R-06)', () => {
    const others = [
      { ...challenge, id: 'other' },
      { ...challenge, nonce: 'other' },
      { ...challenge, purpose: 'second-factor' as const },
      { ...challenge, identifier: { channel: 'sms' as const, value: challenge.identifier.value } },
    ];
    const tokens = [challenge, ...others].map((one) => linkTokenOf(vault, one));
    expect(new Set(tokens).size).to.equal(tokens.length);
    for (const other of others) expect(isLinkOf(vault, other, token)).to.equal(false);
    expect(isLinkOf(vault, challenge, token)).to.equal(true);
    expect(Buffer.from(token, 'base64url')).to.have.length(32);
  });

  it('outlive a rotation of SECRET, and end with the secret they were made with', () => {
    const [rotated, dropped] = [vaultOf(NEW, OLD), vaultOf(NEW)];
    expect(isLinkOf(rotated, challenge, token)).to.equal(true);
    expect(isCodeOf(rotated, challenge, code)).to.equal(true);
    expect(linkTokenOf(rotated, challenge)).to.equal(token);
    expect([linkTokenOf(dropped, challenge), codeOf(dropped, challenge)]).to.deep.equal([null, null]);
    expect(isLinkOf(dropped, challenge, token)).to.equal(false);
    // What the newest secret would derive for it is nobody's token, either.
    const [{ id: pepperId }] = dropped.peppers;
    expect(isLinkOf(dropped, challenge, linkTokenOf(dropped, { ...challenge, pepperId }))).to.equal(false);
  });

  it('open nothing where no link was sent', () => {
    expect(linkTokenOf(vault, { ...challenge, proof: 'code' })).to.equal(null);
    expect(isLinkOf(vault, { ...challenge, proof: 'code' }, token)).to.equal(false);
    expect(isLinkOf(vault, { ...challenge, proof: 'link' }, token)).to.equal(true);
    expect(isLinkOf(vault, { ...challenge, decoy: true }, token)).to.equal(false);
    expect(isLinkOf(vault, null, token)).to.equal(false);
  });

  it('are taken whole and to the letter', () => {
    const swapped = token.replace(/[a-z]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    for (const wrong of [
      '',
      ' ',
      `${token}=`,
      ` ${token}`,
      token.slice(0, -1),
      swapped,
      token.repeat(100),
      null,
      undefined,
      7,
      [token],
      code,
    ]) {
      expect(isLinkOf(vault, challenge, wrong), String(wrong).slice(0, 60)).to.equal(false);
    }
    expect(isCodeOf(vault, challenge, token)).to.equal(false);
  });
});
