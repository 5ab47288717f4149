import type { KeyState } from '../../domain/signing-key.ts';
import type { DoneBefore } from './admin-forms.ts';

/** A stretch of time in a drawing whose width is 100. */
interface Stretch {
  readonly from: number;
  readonly length: number;
}

/** What signs tokens: each key with its life. All times ISO 8601, UTC. */
export interface SigningKeyPages {
  readonly 'keys/list': {
    readonly keys: readonly {
      readonly id: string;
      readonly alg: string;
      readonly state: KeyState;
      readonly withdrawn: boolean;
      /** Published from then on. */
      readonly createdAt: string;
      readonly activeFrom: string;
      /** Null as long as no successor is known. */
      readonly retiresAt: string | null;
      readonly removedAt: string | null;
      readonly published: Stretch;
      readonly signing: Stretch;
      /** Asks before it is withdrawn; null for one that signs or is removed. */
      readonly withdrawHref: string | null;
    }[];
    /** What the drawings are of. */
    readonly drawn: { readonly from: string; readonly until: string; readonly now: number };
    readonly rotateHref: string;
    readonly replaceHref: string;
    /** Days after which keys are replaced by themselves; null: never. */
    readonly rotationDays: number | null;
    readonly done: DoneBefore;
  };
}
