import { expect } from 'chai';
import type { Artifact } from '../../src/ports/store/artifacts.ts';
import { artifactOf, freshId, MINUTE, START } from '../support/factories.ts';
import { count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `artifacts.rotate`. */
export function rotationContract(store: CurrentStore): void {
  const tokenOf = (grantId: string): Artifact =>
    artifactOf({ model: 'RefreshToken', grantId, expiresAt: START + 10 * MINUTE });
  const family = async (): Promise<{ grantId: string; predecessor: Artifact }> => {
    const grantId = freshId('grant');
    const predecessor = tokenOf(grantId);
    await store().artifacts.save(artifactOf({ model: 'Grant', id: grantId, expiresAt: null }));
    await store().artifacts.save(predecessor);
    return { grantId, predecessor };
  };
  const rotate = (predecessor: Artifact, successor: Artifact, now = START + 1) =>
    store().artifacts.rotate(predecessor.id, successor, `sealed ${successor.id}`, now, { requireGrant: 'Grant' });
  const find = ({ model, id }: Artifact) => store().artifacts.find(model, id, START);

  describe('artifacts: rotating', () => {
    it('uses the predecessor up with its sealed successor, and saves the successor', async () => {
      const { grantId, predecessor } = await family();
      const successor = tokenOf(grantId);
      expect(await rotate(predecessor, successor)).to.deep.equal({ rotated: true });
      const used = { ...predecessor, consumedAt: START + 1, successor: `sealed ${successor.id}` };
      expect(await find(predecessor)).to.deep.equal(used);
      expect(await find(successor)).to.deep.equal(successor);
    });

    it('lets exactly one caller rotate; the others see the one successor', async () => {
      const { grantId, predecessor } = await family();
      const successors = Array.from({ length: 50 }, () => tokenOf(grantId));
      const answers = await parallel((index) => rotate(predecessor, successors[index] ?? tokenOf(grantId)));
      const stored = await Promise.all(successors.map(find));
      const winner = successors[answers.findIndex((answer) => answer.rotated)];
      expect(count(answers, (answer) => answer.rotated)).to.equal(1);
      expect(stored.filter((artifact) => artifact !== null)).to.deep.equal([winner]);
      for (const answer of answers) {
        if (!answer.rotated) expect(answer.predecessor?.successor).to.equal(`sealed ${winner?.id}`);
      }
    });

    it('answers null when the predecessor is gone, expired or of another model, and writes nothing', async () => {
      const { grantId, predecessor } = await family();
      const [first, second, third] = [
        tokenOf(grantId),
        tokenOf(grantId),
        { ...tokenOf(grantId), model: 'AccessToken' },
      ];
      const gone = { rotated: false, predecessor: null };
      expect(await rotate(tokenOf(grantId), first)).to.deep.equal(gone);
      expect(await rotate(predecessor, second, predecessor.expiresAt ?? 0)).to.deep.equal(gone);
      expect(await rotate(predecessor, third)).to.deep.equal(gone);
      expect(await Promise.all([first, second, third].map(find))).to.deep.equal([null, null, null]);
      expect(await find(predecessor)).to.deep.equal(predecessor);
    });

    it('refuses when the grant is gone, and writes nothing', async () => {
      const { grantId, predecessor } = await family();
      const successor = tokenOf(grantId);
      await store().artifacts.remove('Grant', grantId);
      expect(await rotate(predecessor, successor)).to.have.property('rotated', false);
      expect(await find(successor)).to.equal(null);
      expect(await find(predecessor)).to.deep.equal(predecessor);
    });

    it('is never outrun: no token of a family survives its revocation', async () => {
      const { grantId, predecessor } = await family();
      const successors = Array.from({ length: 50 }, () => tokenOf(grantId));
      const revoke = async () => {
        await store().artifacts.remove('Grant', grantId);
        await store().artifacts.removeByGrant('RefreshToken', grantId);
      };
      await Promise.all([parallel((index) => rotate(predecessor, successors[index] ?? tokenOf(grantId))), revoke()]);
      const left = await Promise.all([predecessor, ...successors].map(find));
      expect(left.filter((artifact) => artifact !== null)).to.deep.equal([]);
    });
  });
}
