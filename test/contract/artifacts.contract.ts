import { expect } from 'chai';
import type { Artifact } from '../../src/ports/store/artifacts.ts';
import { artifactOf, freshId, MINUTE, SECOND, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `artifacts`: keeping, finding, using up and removing. */
export function artifactsContract(store: CurrentStore): void {
  const saved = async (overrides: Partial<Artifact> = {}): Promise<Artifact> => {
    const artifact = artifactOf(overrides);
    await store().artifacts.save(artifact);
    return artifact;
  };
  const find = ({ model, id }: Artifact, now = START) => store().artifacts.find(model, id, now);

  describe('artifacts: keeping', () => {
    it('keeps every field, and replaces all of them', async () => {
      const first = await saved({ grantId: 'grant', accountId: 'account', clientId: 'client', uid: 'uid' });
      expect(await find(first)).to.deep.equal(first);
      const second = { ...artifactOf({ model: first.model, id: first.id }), payload: 'other', consumedAt: START };
      expect(await store().artifacts.save({ ...second, successor: 'next', expiresAt: null })).to.equal(true);
      expect(await find(first)).to.deep.equal({ ...second, successor: 'next', expiresAt: null });
    });

    it('tells models apart that share an id', async () => {
      const code = await saved({ payload: 'a code' });
      const token = await saved({ model: 'RefreshToken', id: code.id, payload: 'a token' });
      expect(await find(code)).to.deep.equal(code);
      expect(await find(token)).to.deep.equal(token);
      await store().artifacts.remove(code.model, code.id);
      expect(await find(token)).to.deep.equal(token);
    });

    it('keeps hostile ids verbatim and apart', async () => {
      const artifacts = [];
      for (const id of HOSTILE_IDS) artifacts.push(await saved({ id, model: id, uid: id, payload: id }));
      for (const artifact of artifacts) {
        expect(await find(artifact)).to.deep.equal(artifact);
        expect(await store().artifacts.findByUid(artifact.model, artifact.id, START)).to.deep.equal(artifact);
      }
    });

    it('keeps a payload of a megabyte', async () => {
      const artifact = await saved({ payload: 'ü'.repeat(500_000) });
      expect((await find(artifact))?.payload).to.equal(artifact.payload);
    });
  });

  describe('artifacts: finding', () => {
    it('ends at the moment of expiry, though nothing was purged', async () => {
      const artifact = await saved({ uid: freshId('uid'), accountId: freshId('account'), expiresAt: START + MINUTE });
      const found = async (now: number) => [
        await find(artifact, now),
        await store().artifacts.findByUid(artifact.model, artifact.uid ?? '', now),
        ...(await store().artifacts.listByAccount(artifact.model, artifact.accountId ?? '', now, 10)),
      ];
      expect(await found(START + MINUTE - 1)).to.deep.equal([artifact, artifact, artifact]);
      expect(await found(START + MINUTE)).to.deep.equal([null, null]);
      expect(await store().artifacts.consume(artifact.model, artifact.id, START + MINUTE)).to.equal(false);
    });

    it('never ends what has no expiry', async () => {
      const artifact = await saved({ expiresAt: null });
      expect(await find(artifact, Number.MAX_SAFE_INTEGER)).to.deep.equal(artifact);
    });

    it('finds the newest live one of those that share a uid', async () => {
      const uid = freshId('uid');
      const older = await saved({ uid, createdAt: START, expiresAt: START + 9 * MINUTE });
      const newer = await saved({ uid, createdAt: START + 1, expiresAt: START + MINUTE });
      expect(await store().artifacts.findByUid(newer.model, uid, START)).to.deep.equal(newer);
      expect(await store().artifacts.findByUid(newer.model, uid, START + MINUTE)).to.deep.equal(older);
      expect(await store().artifacts.findByUid('Session', uid, START)).to.equal(null);
      expect(await store().artifacts.findByUid(newer.model, freshId('unknown'), START)).to.equal(null);
    });

    it('lists what is live of an account, newest first, as many as asked for', async () => {
      const accountId = freshId('account');
      const mine = [];
      for (let index = 0; index < 4; index += 1) {
        mine.push(await saved({ accountId, createdAt: START + index * SECOND, expiresAt: START + 5 * MINUTE }));
      }
      await saved({ accountId, model: 'Session' });
      await saved({ accountId: freshId('account') });
      await saved({ accountId: null });
      const newestFirst = mine.toReversed();
      const list = (limit: number) => store().artifacts.listByAccount('AuthorizationCode', accountId, START, limit);
      expect(await list(10)).to.deep.equal(newestFirst);
      expect(await list(2)).to.deep.equal(newestFirst.slice(0, 2));
    });
  });

  describe('artifacts: using up', () => {
    it('lets exactly one caller win', async () => {
      const artifact = await saved();
      const answers = await parallel(() => store().artifacts.consume(artifact.model, artifact.id, START + 1));
      expect(count(answers, (won) => won)).to.equal(1);
      expect(await find(artifact)).to.deep.equal({ ...artifact, consumedAt: START + 1 });
    });

    it('is final for who writes on that condition, however slow, and for nobody else', async () => {
      const artifact = artifactOf();
      const { model, id } = artifact;
      expect(await store().artifacts.save(artifact, { unlessUsed: true })).to.equal(true);
      expect(await store().artifacts.save({ ...artifact, payload: 'newer' }, { unlessUsed: true })).to.equal(true);
      await store().artifacts.consume(model, id, START);
      expect(await store().artifacts.save({ ...artifact, payload: 'late' }, { unlessUsed: true })).to.equal(false);
      const used = { ...artifact, payload: 'newer', consumedAt: START };
      expect(await store().artifacts.find(model, id, START)).to.deep.equal(used);
      expect(await store().artifacts.save({ ...artifact, payload: 'anew' })).to.equal(true);
      expect(await store().artifacts.find(model, id, START)).to.deep.equal({ ...artifact, payload: 'anew' });
    });

    it('is never undone by those who write on that condition at the same time', async () => {
      const artifacts = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const artifact = artifactOf();
          await store().artifacts.save(artifact);
          return artifact;
        }),
      );
      for (const artifact of artifacts) {
        const { model, id } = artifact;
        const answers = await parallel((index) =>
          index === 25
            ? store().artifacts.consume(model, id, START)
            : store().artifacts.save({ ...artifact, payload: `${index}` }, { unlessUsed: true }),
        );
        expect(answers[25], 'used up').to.equal(true);
        expect((await store().artifacts.find(model, id, START))?.consumedAt).to.equal(START);
      }
    });

    it('does not use up again what was used up, or is unknown', async () => {
      const artifact = await saved({ consumedAt: START });
      expect(await store().artifacts.consume(artifact.model, artifact.id, START + 1)).to.equal(false);
      expect(await store().artifacts.consume('Session', artifact.id, START + 1)).to.equal(false);
      expect(await find(artifact)).to.deep.equal(artifact);
    });
  });

  describe('artifacts: removing', () => {
    it('removes one; unknown ids are no error', async () => {
      const artifact = await saved();
      await store().artifacts.remove(artifact.model, artifact.id);
      await store().artifacts.remove(artifact.model, artifact.id);
      expect(await find(artifact)).to.equal(null);
    });

    it('removes what belongs to a grant, of one model', async () => {
      const [grantId, otherGrant] = [freshId('grant'), freshId('grant')];
      const mine = [await saved({ grantId }), await saved({ grantId })];
      const kept = [
        await saved({ grantId, model: 'AccessToken' }),
        await saved({ grantId: otherGrant }),
        await saved(),
      ];
      await store().artifacts.removeByGrant('AuthorizationCode', grantId);
      await store().artifacts.removeByGrant('AuthorizationCode', freshId('unknown'));
      expect(await Promise.all(mine.map((artifact) => find(artifact)))).to.deep.equal([null, null]);
      expect(await Promise.all(kept.map((artifact) => find(artifact)))).to.deep.equal(kept);
    });
  });

  describe('artifacts: bound to a grant', () => {
    const requireGrant = { requireGrant: 'Grant' };

    it('writes while the grant exists, and not after it is gone', async () => {
      const grant = await saved({ model: 'Grant', expiresAt: null });
      const [before, after] = [artifactOf({ grantId: grant.id }), artifactOf({ grantId: grant.id })];
      expect(await store().artifacts.save(before, requireGrant)).to.equal(true);
      await store().artifacts.remove('Grant', grant.id);
      expect(await store().artifacts.save(after, requireGrant)).to.equal(false);
      expect(await find(before)).to.deep.equal(before);
      expect(await find(after)).to.equal(null);
    });

    it('does not replace either when the grant is gone', async () => {
      const artifact = await saved({ grantId: freshId('grant') });
      expect(await store().artifacts.save({ ...artifact, payload: 'other' }, requireGrant)).to.equal(false);
      expect(await find(artifact)).to.deep.equal(artifact);
    });

    it('takes no other model’s artifact for the grant', async () => {
      const session = await saved({ model: 'Session' });
      expect(await store().artifacts.save(artifactOf({ grantId: session.id }), requireGrant)).to.equal(false);
    });

    it('writes a grant, and what has no grant', async () => {
      const id = freshId('grant');
      expect(await store().artifacts.save(artifactOf({ model: 'Grant', id, grantId: id }), requireGrant)).to.equal(
        true,
      );
      expect(await store().artifacts.save(artifactOf(), requireGrant)).to.equal(true);
    });

    it('writes an artifact with its grant, both new or both replaced', async () => {
      const grant = artifactOf({ model: 'Grant', expiresAt: null });
      const artifact = artifactOf({ grantId: grant.id });
      await store().artifacts.saveWithGrant(artifact, grant);
      expect([await find(artifact), await find(grant)]).to.deep.equal([artifact, grant]);
      const [again, widened] = [
        { ...artifact, payload: 'other' },
        { ...grant, payload: 'wider' },
      ];
      await store().artifacts.saveWithGrant(again, widened);
      expect([await find(artifact), await find(grant)]).to.deep.equal([again, widened]);
    });

    it('leaves no artifact without the grant that it was written with, whoever ends it at the same time', async () => {
      const grants = Array.from({ length: 50 }, () => artifactOf({ model: 'Grant', expiresAt: null }));
      const artifacts = grants.map(({ id }) => artifactOf({ grantId: id }));
      await parallel(async (index) => {
        const [artifact, grant] = [artifacts[index] ?? artifactOf(), grants[index] ?? artifactOf()];
        const revoke = async () => {
          await store().artifacts.remove('Grant', grant.id);
          await store().artifacts.removeByGrant(artifact.model, grant.id);
        };
        await Promise.all([store().artifacts.saveWithGrant(artifact, grant), revoke(), revoke()]);
      });
      const left = await Promise.all(artifacts.map((artifact) => find(artifact)));
      const under = await Promise.all(grants.map((grant) => find(grant)));
      expect(left.filter((artifact, index) => artifact !== null && under[index] === null)).to.deep.equal([]);
    });

    it('is never outrun: nothing of a grant survives its revocation', async () => {
      const grant = await saved({ model: 'Grant', expiresAt: null });
      const tokens = Array.from({ length: 50 }, () => artifactOf({ grantId: grant.id }));
      const revoke = async () => {
        await store().artifacts.remove('Grant', grant.id);
        await store().artifacts.removeByGrant('AuthorizationCode', grant.id);
      };
      await Promise.all([
        parallel((index) => store().artifacts.save(tokens[index] ?? artifactOf(), requireGrant)),
        revoke(),
      ]);
      const left = await Promise.all(tokens.map((token) => find(token)));
      expect(left.filter((artifact) => artifact !== null)).to.deep.equal([]);
    });
  });
}
