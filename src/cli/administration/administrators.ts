import { type Command, type CommandArgument, type CommandOption, EXIT } from '../command.ts';
import { plain } from '../plain-text.ts';
import { type Column, moment, table } from '../table.ts';
import { type AdminClient, at } from './admin-client.ts';
import { adminCommand, textIn } from './command.ts';
import { RefusedError } from './refusal.ts';

interface Administrator {
  readonly email: string;
  readonly role: string;
  readonly declared: boolean;
  readonly account_id: string | null;
  readonly invited_by: string | null;
  readonly accepted_at: number | null;
  readonly version: number | null;
}

const EMAIL: CommandArgument = { name: 'EMAIL', description: 'their e-mail address' };

const ROLES = 'owner, editor or viewer';

const COLUMNS: readonly Column<Administrator>[] = [
  { heading: 'EMAIL', text: ({ email }) => email },
  { heading: 'ROLE', text: ({ role }) => role },
  {
    heading: 'INVITED BY',
    text: ({ declared, invited_by }) => (declared ? 'the configuration' : (invited_by ?? '-')),
    shrinks: true,
  },
  { heading: 'FIRST SEEN', text: ({ accepted_at }) => moment(accepted_at) },
];

const everybody = async (admin: AdminClient): Promise<readonly Administrator[]> =>
  (await admin.call<{ administrators: readonly Administrator[] }>('GET', '/administrators')).administrators;

interface Invited {
  readonly accountId: string;
  readonly version: number;
}

/** @throws RefusedError for somebody whom nobody has invited, or whom the configuration names */
async function invitedBy(admin: AdminClient, email: string): Promise<Invited> {
  const found = (await everybody(admin)).find((one) => one.email === email.trim().toLowerCase());
  if (found === undefined) throw new RefusedError(`nobody has invited ${plain(email)}`, 404, '');
  const { account_id, version } = found;
  if (account_id !== null && version !== null) return { accountId: account_id, version };
  throw new RefusedError(`${plain(found.email)} is named by ADMIN_EMAILS, and changed only there`, 409, '');
}

const ROLE_OPTION: CommandOption = {
  value: 'ROLE',
  description: `${ROLES}; left out, the first administrator is an owner, and everybody else an editor`,
};

const invite = adminCommand({
  name: 'admin invite',
  summary: 'Invites somebody to the console',
  details: [
    'They get a mail, have an account from then on, and sign in to the console by proving their address. Prints where the console is.',
    'An owner may do everything; an editor may change everything but administrators, keys and backups; a viewer may look.',
  ],
  arguments: [EMAIL],
  options: { role: ROLE_OPTION },
  examples: ['countersign admin invite ada@example.org', 'countersign admin invite bob@example.org --role viewer'],
  async work({ admin, given: [email = ''], values, show }) {
    const role = textIn(values, 'role') ?? ((await everybody(admin)).length === 0 ? 'owner' : 'editor');
    const invited = await admin.call<Administrator>('POST', '/administrators', { email, role });
    const console = `${admin.issuer}/admin`;
    show({ ...invited, console }, () => `${plain(invited.email)} is invited as ${invited.role}: ${console}`);
    return EXIT.ok;
  },
});

const list = adminCommand({
  name: 'admin list',
  summary: 'Lists who may administer',
  details: ['Those of the configuration (ADMIN_EMAILS) first.'],
  examples: ['countersign admin list'],
  async work({ admin, show, terminal }) {
    const administrators = await everybody(admin);
    show({ administrators }, () => table(administrators, COLUMNS, terminal.screen));
    return EXIT.ok;
  },
});

const role = adminCommand({
  name: 'admin role',
  summary: 'Gives an administrator another role',
  details: ['It counts from their next request on. The last owner stays one.'],
  arguments: [EMAIL, { name: 'ROLE', description: ROLES }],
  examples: ['countersign admin role bob@example.org editor'],
  async work({ admin, given: [email = '', wanted = ''], show }) {
    const { accountId, version } = await invitedBy(admin, email);
    const changed = await admin.call<Administrator>('PUT', at`/administrators/${accountId}`, { role: wanted, version });
    show(changed, () => `${plain(changed.email)} is ${changed.role}.`);
    return EXIT.ok;
  },
});

const remove = adminCommand({
  name: 'admin remove',
  summary: 'Lets somebody administer no more',
  details: ['From their next request on. Their account stays. The last owner cannot be removed.'],
  arguments: [EMAIL],
  confirm: ([email]) => `Let ${email} administer no more?`,
  examples: ['countersign admin remove bob@example.org --yes'],
  async work({ admin, given: [email = ''], show }) {
    const { accountId } = await invitedBy(admin, email);
    await admin.call('DELETE', at`/administrators/${accountId}`);
    show({ removed: email }, () => `${plain(email)} administers no more.`);
    return EXIT.ok;
  },
});

export const administratorCommands: readonly Command[] = [invite, list, role, remove];
