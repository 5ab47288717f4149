import { Problem } from '../../../domain/errors.ts';
import { seeOther } from '../../signin/routes.ts';
import { type AccountPageDeps, identifierFor, nameOf, type ShowAccount } from './account-page.ts';
import { ACCOUNTS, accountPath } from './accounts.ts';
import { attendConfirmation, type Question } from './confirmation.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';

const TOLD_TOO_OFTEN = 'The person was told of changes too often. Wait a moment and try again.';

/** What is done with an account as a whole, each after a question. */
export function attendAccountDeeds(desk: ConsoleDesk, show: ShowAccount, deps: AccountPageDeps): void {
  const { people } = deps;
  const confirm = (name: string, question: Deed, act: (here: ConsoleSubmission, id: string) => Promise<string>): void =>
    attendConfirmation(desk, `${ACCOUNTS}/:id/${name}`, {
      need: 'write',
      active: 'accounts',
      ask: async (here) => asked(deps, here, question),
      act: async (here) => seeOther(here.ctx, await act(here, here.params.id ?? '')),
      refusals: { too_many_requests: TOLD_TOO_OFTEN },
    });
  confirm('disable', DISABLE, async ({ actor }, id) => {
    await people.setStatus(id, 'disabled', actor);
    return `${accountPath(id)}?done=disabled`;
  });
  confirm('lift-hold', LIFT_HOLD, async ({ actor }, id) => {
    await people.liftHold(id, actor);
    return `${accountPath(id)}?done=released`;
  });
  confirm('delete', DELETE, async ({ actor }, id) => {
    await people.remove(id, actor);
    return `${ACCOUNTS}?done=deleted`;
  });
  desk.form(
    `${ACCOUNTS}/:id/enable`,
    { need: 'write', from: ({ params }) => accountPath(params.id ?? ''), show },
    async ({ ctx, params, actor }) => {
      const { id } = await people.setStatus(params.id ?? '', 'active', actor);
      seeOther(ctx, `${accountPath(id)}?done=enabled`);
    },
  );
  attendRemoval(desk, deps);
}

type Deed = Pick<Question, 'title' | 'consequences' | 'submit' | 'dangerous'>;

const DISABLE: Deed = {
  title: 'Disable this account?',
  consequences: [
    'Its sessions end, and its tokens are dead within seconds; applications are told.',
    'Nobody signs in to it any more, until somebody enables it again.',
  ],
  submit: 'Disable the account',
  dangerous: true,
};

const LIFT_HOLD: Deed = {
  title: 'End what is held?',
  consequences: [
    'What was changed with one of two factors counts at once.',
    'The hold keeps those out who have got hold of one factor only. First make sure who is asking, by a way of your own.',
  ],
  submit: 'End the hold',
  dangerous: false,
};

const DELETE: Deed = {
  title: 'Delete this account?',
  consequences: [
    'Its sessions end, and its tokens are dead at once; applications are told.',
    'It is a member of no organization any more.',
    'Its person is told. Whoever signs in with the same address later is somebody new to every application.',
    'This cannot be taken back.',
  ],
  submit: 'Delete the account',
  dangerous: true,
};

async function asked({ people }: AccountPageDeps, here: ConsoleAttendance, deed: Deed): Promise<Question> {
  const account = await people.find(here.params.id ?? '');
  const name = nameOf(here, account);
  return { ...deed, lead: name, back: { href: accountPath(account.id), label: name } };
}

/** Takes away what somebody has lost. */
function attendRemoval(desk: ConsoleDesk, deps: AccountPageDeps): void {
  const { people, keys } = deps;
  const named = async ({ params }: ConsoleAttendance) => {
    const account = await people.find(params.id ?? '');
    const identifier = keys.named(account.identifiers, params.key);
    if (identifier === undefined) throw new Problem('not_found');
    return { account, identifier };
  };
  attendConfirmation(desk, `${ACCOUNTS}/:id/identifiers/:key/remove`, {
    need: 'write',
    active: 'accounts',
    async ask(here) {
      const { account, identifier } = await named(here);
      const what = identifier.channel === 'sms' ? 'number' : 'address';
      return {
        title: `Remove this ${what}?`,
        lead: identifierFor(here, identifier),
        consequences: [
          `The person is told, at this ${what} and wherever else they are reached.`,
          'One factor less keeps others out. First make sure who is asking, by a way of your own.',
        ],
        submit: `Remove the ${what}`,
        dangerous: true,
        back: { href: accountPath(account.id), label: nameOf(here, account) },
      };
    },
    async act(here) {
      const { account, identifier } = await named(here);
      await people.removeIdentifier(account.id, identifier, here.actor);
      seeOther(here.ctx, `${accountPath(account.id)}?done=removed`);
    },
    refusals: {
      too_many_requests: TOLD_TOO_OFTEN,
      identifier_last: 'It is the last one. Whoever has lost everything needs a new account.',
    },
  });
}
