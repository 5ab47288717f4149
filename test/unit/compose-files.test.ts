import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { loadConfig } from '../../src/config/load.ts';
import { listOptions } from '../../src/config/options.ts';
import { unsafeInProduction } from '../../src/config/safety.ts';
import { configSchema } from '../../src/config/schema.ts';
import { instructions, ROOT } from '../cli/dockerfile.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const production = configSchema('production').parse({});

interface Service {
  readonly build?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly networks: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { ipam?: { config: readonly { subnet: string }[] }; internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** `${NAME:-default}` without anything in the environment, as on a first trial. */
const interpolated = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
const compose = parse(interpolated(read('docker-compose.yml')), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name] ?? expect.fail(`there is no service ${name}`);
const built = services.filter(([, { image }]) => image === service('node-1').image);
const nodes = built.filter(([, { profiles }]) => profiles === undefined);
const edge = compose.networks.edge?.ipam?.config[0]?.subnet;

describe('docker-compose.yml', () => {
  const used = (list: (one: Service) => readonly string[]): string[] =>
    [...new Set(services.flatMap(([, one]) => list(one)))].sort();
  const named = (volumes: readonly string[] = []): string[] => volumes.map((volume) => volume.split(':')[0] ?? '');

  it('declares what services use, and uses what it declares', () => {
    expect(used(({ networks }) => networks)).to.deep.equal(Object.keys(compose.networks).sort());
    expect(used(({ volumes }) => named(volumes))).to.deep.equal(Object.keys(compose.volumes).sort());
    expect(used(({ secrets = [] }) => secrets)).to.deep.equal(Object.keys(compose.secrets).sort());
    expect(used(({ configs = [] }) => configs.map(({ source }) => source))).to.deep.equal(
      Object.keys(compose.configs).sort(),
    );
  });

  it('names files that are there, or that make-secrets.sh makes and git does not take', () => {
    const files = [...Object.values(compose.configs), ...Object.values(compose.secrets)].map(({ file }) => file);
    const made = files.filter((file) => file.startsWith('./deploy/secrets/'));
    expect(files.filter((file) => !made.includes(file) && !existsSync(join(ROOT, file)))).to.deep.equal([]);
    expect(made).to.have.length.above(0);
    for (const { file } of Object.values(compose.secrets)) expect(made).to.include(file);
    for (const file of made) expect(read('deploy/make-secrets.sh')).to.include(`"$folder/${basename(file)}"`);
    expect(read('deploy/secrets/.gitignore').split('\n')).to.include.members(['*', '!.gitignore']);
    expect(existsSync(join(ROOT, service('node-1').build ?? '', 'Dockerfile'))).to.equal(true);
  });

  it('builds one image, and pins every other to a version', () => {
    expect(services.filter(([, { build }]) => build !== undefined).map(([name]) => name)).to.deep.equal(['node-1']);
    for (const [name, { image }] of services) {
      if (image !== service('node-1').image) expect(image, name).to.match(/:v?\d+\.\d+\.\d+(?:-\w+)?$/);
    }
  });

  it('gives no service more than it needs', () => {
    for (const [name, one] of services) {
      expect(one.read_only, name).to.equal(true);
      expect(one.cap_drop, name).to.deep.equal(['ALL']);
      expect(one.security_opt, name).to.deep.equal(['no-new-privileges:true']);
      expect(one.tmpfs, name).to.include('/tmp');
      for (const port of one.ports ?? []) expect(port, name).to.match(/^127\.0\.0\.1:/);
    }
    expect(compose.networks.inside?.internal).to.equal(true);
    for (const [name, { networks, ports }] of services) {
      if (name.startsWith('mongo-')) expect(networks, name).to.deep.equal(['inside']);
      // Docker publishes nothing from a network that has no way out.
      if (ports !== undefined)
        expect(networks.some((network) => compose.networks[network]?.internal !== true)).to.equal(true);
    }
  });

  it('waits for what can say that it is well', () => {
    const isBuilt = ({ image }: Service): boolean => image === service('node-1').image;
    for (const [name, one] of services) {
      expect(isBuilt(one) || one.healthcheck !== undefined, name).to.equal(true);
      for (const [other, { condition }] of Object.entries(one.depends_on ?? {})) {
        expect(condition, `${name} waits for ${other}`).to.equal('service_healthy');
        expect(service(other).profiles, `${name} waits for ${other}`).to.equal(undefined);
      }
    }
    expect(Object.keys(service('proxy').depends_on ?? {})).to.deep.equal(nodes.map(([name]) => name));
  });

  it('has two servers that are told the same, in names the configuration knows', () => {
    expect(nodes.map(([name]) => name)).to.deep.equal(['node-1', 'node-2']);
    const options = listOptions('production').flatMap(({ environmentNames }) => environmentNames);
    // The first is read by the configuration itself, the second by Node.
    const known = new Set([...options, ...options.map((name) => `${name}_FILE`), 'CONFIG_FILE', 'NODE_EXTRA_CA_CERTS']);
    for (const [name, { environment = {}, command = ['start'] }] of built) {
      expect(
        Object.keys(environment).filter((variable) => !known.has(variable)),
        name,
      ).to.deep.equal([]);
      expect(environment).to.deep.equal(service('node-1').environment);
      expect(COMMANDS.map((one) => one.name)).to.include(command.join(' '));
    }
  });

  it('lets a server finish before it is killed, and come to hear of it', () => {
    const { drainSeconds, shutdownSeconds } = production.limits;
    for (const [name, { stop_grace_period: grace = '', init }] of built) {
      expect(Number(/^(\d+)s$/.exec(grace)?.[1]), name).to.be.above(drainSeconds + shutdownSeconds);
      expect(init, name).to.equal(true);
    }
  });

  it('has ports that agree', () => {
    const caddyfile = read('deploy/Caddyfile');
    const upstreams = /reverse_proxy ([^{]*) \{/.exec(caddyfile)?.[1]?.split(' ');
    expect(upstreams).to.deep.equal(nodes.map(([name]) => `${name}:${production.port}`));
    expect(instructions('EXPOSE')).to.deep.equal([String(production.port)]);
    const issuer = new URL(String(service('node-1').environment?.ISSUER));
    expect(service('proxy').environment?.ISSUER).to.equal(issuer.origin);
    expect(service('proxy').ports).to.deep.equal([`127.0.0.1:${issuer.port}:${issuer.port}`]);
    const check = service('proxy').healthcheck?.test.at(-1) ?? '';
    expect(caddyfile)
      .to.include(`http://:${new URL(check).port} {`)
      .and.include(`respond ${new URL(check).pathname} 200`);
    expect(caddyfile).to.include('health_uri /health/ready');
    expect(service('node-1').environment?.SMTP_URL).to.equal('smtp://mailpit:1025');
    expect(service('mongo-1').environment?.MEMBERS).to.equal('mongo-1:27017');
    expect(service('node-1').environment?.STORE_URL).to.match(/^mongodb:\/\/mongo-1:27017\/\w+\?replicaSet=rs0$/);
    expect(service('mongo-1').command?.join(' ')).to.include('--replSet rs0');
    expect(read('deploy/replica-set.js')).to.include("_id: 'rs0'").and.include('process.env.MEMBERS');
    const script = service('mongo-1').configs?.find(({ source }) => source === 'replica_set')?.target;
    expect(service('mongo-1').healthcheck?.test).to.include(script);
  });

  it('trusts the network of the proxy and no other', () => {
    expect(edge).to.match(/^\d+(?:\.\d+){3}\/\d+$/);
    expect(service('node-1').environment?.TRUSTED_PROXIES).to.equal(edge);
    expect(services.filter(([, { networks }]) => networks.includes('edge')).map(([name]) => name)).to.deep.equal([
      'proxy',
      'node-1',
      'node-2',
    ]);
  });
});

describe('deploy/make-secrets.sh', () => {
  let folder: string;
  before(function makeSecrets() {
    folder = join(mkdtempSync(join(tmpdir(), 'countersign-secrets-')), 'secrets');
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    this.timeout(20_000);
    make();
  });
  after(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  const make = (): void => {
    const { status, stderr } = spawnSync('sh', [join(ROOT, 'deploy/make-secrets.sh'), folder], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  };
  const made = (file: string): string => join(folder, basename(file));

  it('makes what compose mounts, in a folder closed to others, and nothing twice', () => {
    const secrets = Object.values(compose.secrets).map(({ file }) => made(file));
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    // Users inside of containers are others, and what can be written by others is refused.
    for (const file of secrets) expect(statSync(file).mode & 0o777).to.equal(0o444);
    const before = secrets.map((file) => readFileSync(file, 'utf8'));
    make();
    expect(secrets.map((file) => readFileSync(file, 'utf8'))).to.deep.equal(before);
  });

  it('makes a certificate for the mail server that servers are told of', () => {
    const certificate = new X509Certificate(readFileSync(made('mailpit.crt')));
    const { environment, configs } = service('node-1');
    expect(certificate.checkHost(new URL(String(environment?.SMTP_URL)).hostname)).to.equal('mailpit');
    const mounted = configs?.find(({ target }) => target === environment?.NODE_EXTRA_CA_CERTS)?.source ?? '';
    expect(basename(compose.configs[mounted]?.file ?? '')).to.equal('mailpit.crt');
  });

  it('makes an installation of it that production does not refuse', () => {
    const { environment = {}, configs = [] } = service('node-1');
    const clients = configs.find(({ target }) => target === environment.CONFIG_FILE)?.source ?? '';
    const content = read(compose.configs[clients]?.file ?? '').replaceAll('/run/secrets/', `${folder}/`);
    writeFileSync(join(folder, 'clients.json'), content);
    const { SECRET_FILE, ...others } = environment;
    expect(SECRET_FILE).to.equal('/run/secrets/secret');
    const variables = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
    const { config, warnings } = loadConfig(
      {
        NODE_ENV: 'production',
        ...variables,
        // Only where an orchestrator mounts secrets may everybody read them; this folder is none.
        SECRET: readFileSync(made('secret'), 'utf8'),
        CONFIG_FILE: join(folder, 'clients.json'),
      },
      { directory: ROOT },
    );
    expect(unsafeInProduction(config)).to.deep.equal([]);
    expect(warnings.filter((warning) => !warning.startsWith('ISSUER'))).to.deep.equal([]);
    expect(config.clients.map(({ id }) => id)).to.deep.equal(['trial']);
  });
});
