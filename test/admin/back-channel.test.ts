import { expect } from 'chai';
import * as jose from 'jose';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';
import { type StandIn, startStandIn } from '../support/sms-stand-in.ts';

/** Within what time a disabled account is dead everywhere, milliseconds. */
const DEADLINE_MS = 5_000;

describe('Admin API: applications are told of what ends here (R-35, R-50)', function () {
  this.timeout(30_000);
  let listening: StandIn | undefined;
  const rp = (): StandIn => {
    if (listening === undefined) throw new Error('not listening');
    return listening;
  };
  before(async () => {
    listening = await startStandIn();
  });
  after(() => listening?.close());
  const suite = useServer(async () => ({
    env: { ...withAdmin, BACKCHANNEL_LOGOUT_POLL_MILLISECONDS: '50' },
    settings: {
      clients: [
        {
          id: 'listens',
          secret: 'listens-secret',
          redirectUris: [`${rp().origin}/callback`],
          firstParty: true,
          backchannelLogoutUri: `${rp().origin}/logged-out`,
        },
      ],
    },
  }));
  const administrator = createAdministrator(suite);

  async function toldOf(path: string, method: string): Promise<jose.JWTPayload> {
    rp().conduct({ status: 200 });
    const before = rp().seen.length;
    const options = { clientId: 'listens', redirectUri: `${rp().origin}/callback` };
    const browser = suite.browser({ stopAt: [rp().origin] });
    const { tokens } = await suite.signIn(browser, suite.address(), options);
    const sub = String(tokens.claims()?.sub);
    const since = performance.now();
    const { status, text } = await administrator.call(method, path.replace('SUB', sub));
    expect(status, text).to.be.oneOf([200, 204]);
    while (rp().seen.length === before) {
      if (performance.now() - since > DEADLINE_MS) throw new Error('nobody was told');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const token = new URLSearchParams(rp().seen.at(-1)?.body).get('logout_token') ?? '';
    const claims = jose.decodeJwt(token);
    expect(claims).to.include({ sub });
    return claims;
  }

  for (const [what, method, path] of [
    ['an account that is disabled', 'POST', '/accounts/SUB/disable'],
    ['an account that is deleted', 'DELETE', '/accounts/SUB'],
    ['sessions that are ended', 'DELETE', '/accounts/SUB/sessions'],
  ] as const) {
    it(what, async () => {
      expect(await toldOf(path, method)).to.have.property('events');
    });
  }
});
