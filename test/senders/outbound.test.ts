import { type AddressInfo, createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect } from 'chai';
import { createOutbound, mayConnect } from '../../src/adapters/outbound/index.ts';
import { NoAnswer, type OutboundAnswer } from '../../src/ports/outbound.ts';
import { LOCALHOST_CERTIFICATE } from '../support/localhost-certificate.ts';
import { type StandIn, startStandIn } from '../support/sms-stand-in.ts';

const PUBLIC = ['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '2a00:1450::1'];
const PRIVATE = [
  ...['127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '198.18.0.1'],
  ...[
    '::1',
    'fd12::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '2001:0:7f00:1::',
    '2001:db8::1',
  ],
];
const NEVER = [
  ...['0.0.0.0', '169.254.169.254', '169.254.1.1', '224.0.0.1', '255.255.255.255', '::', 'fe80::1', 'fe80::1%eth0'],
  ...['ff02::1', 'fd00:ec2::254', '::ffff:169.254.169.254', 'localhost', '', '127.1', '0x7f000001'],
];

describe('the way out: addresses (R-63)', () => {
  for (const address of PUBLIC) {
    it(`${address} may be connected to`, () => expect(mayConnect(address, false)).to.equal(true));
  }
  for (const address of PRIVATE) {
    it(`${address} only where that is meant`, () => {
      expect(mayConnect(address, false)).to.equal(false);
      expect(mayConnect(address, true)).to.equal(true);
    });
  }
  for (const address of NEVER) {
    it(`${JSON.stringify(address)} never`, () => {
      expect(mayConnect(address, false)).to.equal(false);
      expect(mayConnect(address, true)).to.equal(false);
    });
  }
});

describe('the way out: requests (R-63)', () => {
  const open: { close(): unknown }[] = [];
  let provider: StandIn;
  beforeEach(async () => {
    provider = await startStandIn();
    open.push(provider);
  });
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  function line(options: Partial<Parameters<typeof createOutbound>[0]> = {}) {
    const outbound = createOutbound({ timeoutSeconds: 2, privateNetwork: true, ...options });
    open.push(outbound);
    const post = (url: string): Promise<OutboundAnswer> =>
      outbound.send({ method: 'POST', url, headers: { 'x-one': '1' }, body: 'ü' });
    const reason = (url: string): Promise<string> =>
      post(url).then(
        ({ status }) => `answered ${status}`,
        (error: unknown) => (error instanceof NoAnswer ? error.reason : String(error)),
      );
    return { post, reason };
  }

  it('carry what they were given, and bring the answer', async () => {
    provider.conduct({ status: 418, headers: { 'X-Kettle': 'on' }, body: 'short' });
    const { status, headers, body } = await line().post(`${provider.origin}/a?b=c`);
    expect({ status, kettle: headers['x-kettle'], body: body?.toString() }).to.deep.equal({
      status: 418,
      kettle: 'on',
      body: 'short',
    });
    expect(provider.seen[0]).to.include({ method: 'POST', target: '/a?b=c', body: 'ü' });
    expect(provider.seen[0]?.headers).to.include({ 'x-one': '1', 'content-length': '2' });
  });

  it('go nowhere private by address, by name or by IPv4 in IPv6, and no connection is made', async () => {
    const { port } = new URL(provider.origin);
    const { reason } = line({ privateNetwork: false });
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
      expect(await reason(`http://${host}:${port}/`), host).to.equal('ENOTPUBLIC');
    }
    expect(provider.connections()).to.equal(0);
    expect(await line().reason('http://169.254.169.254/latest/meta-data/')).to.equal('ENOTPUBLIC');
  });

  it('take the permitted ones of the addresses a name has, at the moment of connecting', async () => {
    // The name means something else each time it is asked for (DNS rebinding).
    const answers = [
      [{ address: '169.254.169.254', family: 4 }],
      [
        { address: '169.254.169.254', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ];
    const asked: string[] = [];
    const { reason } = line({
      resolveName: (name, _options, callback) => {
        asked.push(name);
        callback(null, answers.shift() ?? []);
      },
    });
    const url = `http://sms.example:${new URL(provider.origin).port}/`;
    expect(await reason(url)).to.equal('ENOTPUBLIC');
    expect(await reason(url)).to.equal('answered 200');
    expect(asked).to.deep.equal(['sms.example', 'sms.example']);
  });

  it('follow no redirect', async () => {
    provider.conduct({ status: 307, headers: { location: '/elsewhere' } });
    expect(await line().reason(`${provider.origin}/here`)).to.equal('answered 307');
    expect(provider.seen.map(({ target }) => target)).to.deep.equal(['/here']);
  });

  for (const conduct of ['slow-body', 'huge-body', 'broken-body'] as const) {
    it(`are answered by the head alone, ${conduct} or not`, async () => {
      provider.conduct(conduct);
      const started = performance.now();
      const { status, body } = await line({ timeoutSeconds: 0.2 }).post(provider.origin);
      expect({ status, body }).to.deep.equal({ status: 200, body: null });
      expect(performance.now() - started).to.be.lessThan(1500);
    });
  }

  it('end after their time', async () => {
    provider.conduct('silent');
    const started = performance.now();
    expect(await line({ timeoutSeconds: 0.2 }).reason(provider.origin)).to.equal('ETIMEDOUT');
    expect(performance.now() - started).to.be.lessThan(1500);
  });

  it('end after their time when the head comes a little at a time', async () => {
    const tarpit = createServer((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 200 OK\r\nx-a: b\r\n'.slice(0, 20)), 20);
      socket.on('close', () => clearInterval(timer)).on('error', () => {});
    });
    await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => tarpit.close(resolve)) });
    const { port } = tarpit.address() as AddressInfo;
    expect(await line({ timeoutSeconds: 0.2 }).reason(`http://127.0.0.1:${port}/`)).to.match(/^(?:ETIMEDOUT|HPE_)/);
  });

  it('tell in a code why nobody answered', async () => {
    const { reason } = line();
    provider.conduct('drop');
    expect(await reason(provider.origin)).to.equal('ECONNRESET');
    await provider.close();
    expect(await reason(provider.origin)).to.equal('ECONNREFUSED');
    expect(await reason('http://nobody.invalid/')).to.match(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  });

  it('share few connections', async () => {
    const { post } = line({ connections: 3 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => post(provider.origin)));
    expect(answers.every(({ status }) => status === 200)).to.equal(true);
    expect(provider.connections()).to.be.within(1, 3);
  });

  it('speak TLS only with whom they can trust', async () => {
    const secure = await startStandIn({ tls: true });
    open.push(secure);
    expect(await line().reason(secure.origin)).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(secure.seen).to.deep.equal([]);
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, LOCALHOST_CERTIFICATE]);
    try {
      expect(await line().reason(secure.origin)).to.equal('answered 200');
    } finally {
      setDefaultCACertificates(before);
    }
  });
});
