import type { Channel } from '../../../domain/identifier.ts';
import type { BackendSignIns } from '../../../oidc/backend-sign-in.ts';
import type { Random } from '../../../ports/random.ts';
import type { ApiProofs } from '../../../services/api-proofs.ts';
import type { Challenges } from '../../../services/challenges/challenges.ts';
import type { BackendPeople } from '../../../services/people/backend-people.ts';
import type { Sessions } from '../../../services/sessions.ts';
import type { Tickets } from '../../../services/tickets.ts';
import type { EngineCall } from '../../engine-call.ts';

/** What the operations between backends are made of. */
export interface BackendDeps {
  readonly people: BackendPeople;
  readonly proofs: ApiProofs;
  readonly challenges: Pick<Challenges, 'codeOf'>;
  readonly signIns: BackendSignIns;
  readonly tickets: Pick<Tickets, 'take'>;
  readonly sessions: Pick<Sessions, 'endByClient'>;
  readonly engineCall: EngineCall;
  readonly random: Random;
  /** The channels there is a sender for. */
  readonly channels: readonly Channel[];
}
