import { type Connection, type ConnectOptions, Mongoose, Error as MongooseErrors, type mongo } from 'mongoose';
import type { Log } from '../../ports/log.ts';
import { kindOf } from './unavailable.ts';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; its path names the database. */
  readonly url: string;
  readonly log?: Log;
  /** Told of every command that goes out, for tests and measurements. */
  readonly onCommand?: (command: mongo.CommandStartedEvent) => void;
}

/**
 * What a write has to reach and a read has to see; see docs/mongodb.md for why. The URL cannot change it.
 * - `majority`, journalled: an acknowledged write survives the loss of any minority of the members.
 * - Reads from the primary, of what a majority has: nothing that is answered can be rolled back.
 * - A retried write carries the number of the first try, so that the server does it once: the second of two answers to
 *   one conditional write is the first one's, not "somebody was faster".
 */
const GUARANTEES = {
  w: 'majority',
  journal: true,
  readConcernLevel: 'majority',
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
} as const satisfies ConnectOptions;

/** Each step of an operation ends well within the 3 s that a request may wait for the store, in milliseconds. */
const LIMITS = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: 2_500,
  waitQueueTimeoutMS: 1_500,
  wtimeoutMS: 2_000,
} as const satisfies ConnectOptions;

/**
 * How often the driver's monitor asks each server whether it is there, in milliseconds. An operation that timed out
 * condemns its own connection only, since it may just have been slow; it is the monitor that, when it has no answer within
 * `connectTimeoutMS`, lets go of all connections and opens new ones. With the driver's ten seconds, connections that died
 * without a word would outlast an outage, each until somebody's request had failed on it.
 */
const HEARTBEAT = { heartbeatFrequencyMS: 1_000 } as const satisfies ConnectOptions;

/** An index over many records takes its time to build, and somebody watches the start. */
const PATIENT = { serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000 } as const satisfies ConnectOptions;

/**
 * Opens a connection of its own; nothing of mongoose's global state is used or changed.
 *
 * @param pace `patient` for building indexes, `brisk` for answering requests
 * @throws Error with a message for the operator that holds no credentials
 */
export async function connect(options: MongoOptions, pace: 'patient' | 'brisk'): Promise<Connection> {
  const mongoose = new Mongoose({
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    createInitialConnection: false,
    sanitizeFilter: true,
    strict: 'throw',
    strictQuery: 'throw',
  });
  const connection = mongoose.createConnection();
  // Nobody listens to this event: every operation reports its own failure.
  connection.on('error', () => undefined);
  try {
    await connection.openUri(options.url, {
      appName: 'countersign',
      ...(pace === 'patient' ? PATIENT : { ...LIMITS, ...HEARTBEAT }),
      ...GUARANTEES,
      monitorCommands: options.onCommand !== undefined,
    });
  } catch (error) {
    await connection.close(true);
    throw new Error(whyNot(error, options.url));
  }
  if (options.onCommand !== undefined) connection.getClient().on('commandStarted', options.onCommand);
  return connection;
}

/** The hosts and the database of a URL: neither credentials nor options. */
export function shown(url: string): string {
  const afterCredentials = url.slice(url.lastIndexOf('@') + 1).replace(/^[a-z+]+:\/\//, '');
  return `the MongoDB store at ${afterCredentials.replace(/\?.*/s, '')}`;
}

/** Driver messages quote the URL, and of one that cannot be read nobody knows where the password is. */
function whyNot(error: unknown, url: string): string {
  const kind = [kindOf(error), ...serverFailures(error)].join(', ');
  return /^(?:Mongo(?:ose)?(?:Server|Network|Topology|System|Missing)|Error E)/.test(kind)
    ? `${shown(url)} cannot be opened: ${kind}`
    : `the URL of the MongoDB store is not a valid connection string: ${kind}`;
}

/** Why each server could not be selected, for instance `Error ECONNREFUSED`. */
function serverFailures(error: unknown): string[] {
  if (!(error instanceof MongooseErrors.MongooseServerSelectionError)) return [];
  const { reason } = error as { readonly reason?: mongo.TopologyDescription };
  const failures = [...(reason?.servers.values() ?? [])].map(({ error: failure }) => failure?.cause ?? failure);
  return [...new Set(failures.filter((failure) => failure != null).map(kindOf))];
}
