import { expect } from 'chai';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import { captureLog } from '../support/captured-log.ts';

describe('log', () => {
  describe('lines', () => {
    it('are one JSON object each', () => {
      const { log, lines, last } = captureLog();
      log.info({ port: 3000, ready: true }, 'listening');
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(/}\n$/);
      expect(last()).to.deep.equal({
        level: 'info',
        time: '2026-11-20T09:08:07.065Z',
        port: 3000,
        ready: true,
        message: 'listening',
      });
    });

    it('carry the fields of their child', () => {
      const { log, last } = captureLog();
      log.child({ requestId: '0123456789abcdef', token: 'abc' }).warn({ status: 503 }, 'slow');
      expect(last()).to.include({ level: 'warn', requestId: '0123456789abcdef', token: '[redacted]', status: 503 });
    });

    it('begin at the level', () => {
      const info = captureLog({ level: 'info' });
      info.log.debug({}, 'no');
      info.log.error({}, 'yes');
      expect(info.lines).to.have.length(1);
      const silent = captureLog({ level: 'silent' });
      silent.log.error({}, 'no');
      expect(silent.lines).to.deep.equal([]);
    });

    it('cannot be forged by fields', () => {
      const { log, last } = captureLog();
      log.info({ level: 'debug', time: 'never', message: 'fake' }, 'real');
      expect(last()).to.include({ level: 'info', message: 'real', level_: 'debug', message_: 'fake' });
    });

    it('are short for people', () => {
      const { log, lines } = captureLog({ format: 'line' });
      log.info({ port: 3000, name: 'two words', list: [1] }, 'listening');
      expect(lines).to.deep.equal(['09:08:07.065 INFO  listening  port=3000  name="two words"  list=[1]\n']);
      log.error({ error: new Error('broken', { cause: new Error('deeper') }) }, 'failed');
      const [head = '', ...frames] = (lines[1] ?? '').trimEnd().split('\n');
      expect(head).to.equal('09:08:07.065 ERROR failed  error="Error: broken"');
      expect(frames.length).to.be.greaterThan(1);
      for (const frame of frames) expect(frame).to.match(/^ {4}at /);
    });

    it('cannot be broken up by control characters', () => {
      for (const format of ['json', 'line'] as const) {
        const { log, lines } = captureLog({ format });
        const forged = 'a\r\n09:08:07.065 INFO  forged\u2028b\u001b[2K\u202ec\u0085';
        log.info({ forged, [`key${forged}`]: 1 }, forged);
        expect(
          lines
            .join('')
            .trimEnd()
            .split(/[\r\n\u2028\u2029\u0085]/),
        ).to.have.length(1);
        expect(lines.join('')).not.to.match(/\p{Cc}(?!$)|\u202e/u);
      }
      const { log, last } = captureLog();
      log.info({}, 'a\nb');
      expect(last().message).to.equal('a\\u000ab');
    });
  });

  it('clock and random are those of the machine', () => {
    const before = Date.now();
    expect(createClock().now()).to.be.within(before, before + 1000);
    const random = createRandom();
    expect(random.bytes(32)).to.have.length(32);
    const ids = new Set(Array.from({ length: 100 }, () => random.id()));
    expect(ids).to.have.length(100);
    for (const id of ids) expect(id).to.match(/^[\w-]{22}$/);
  });
});
