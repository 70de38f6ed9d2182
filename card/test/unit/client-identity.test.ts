import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientId, fingerprint, newClientId, renewClientId, screenName } from '../../src/core/client-identity';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the id of a card', () => {
  it('is what the integration takes, and always another', () => {
    const ids = Array.from({ length: 200 }, newClientId);
    for (const id of ids) expect(id).toMatch(/^[\w-]{8,64}$/);
    expect(new Set(ids).size).toBe(200);
  });

  it('needs no secure origin', () => {
    vi.spyOn(crypto, 'randomUUID').mockImplementation(() => {
      throw new Error('Not on http');
    });
    expect(clientId('ava')).toBeTruthy();
  });

  it('survives a reload and differs between cards', () => {
    expect(clientId('ava')).toBe(clientId('ava'));
    expect(clientId('ava')).not.toBe(clientId('ava.2'));
  });

  it('is renewed for this tab only', () => {
    const first = clientId('ava');
    const renewed = renewClientId('ava');
    expect(renewed).not.toBe(first);
    expect(clientId('ava')).toBe(renewed);
    sessionStorage.clear();
    expect(clientId('ava')).toBe(first);
  });

  it('is there even where storage is forbidden', () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new Error('SecurityError');
    });
    expect(clientId('ava')).toMatch(/^[\w-]{8,64}$/);
  });
});

describe('the name of a screen', () => {
  const TABLET =
    'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36';

  it('is the configured one', () => {
    expect(screenName('Kitchen tablet', TABLET)).toBe('Kitchen tablet');
  });

  it.each([
    [TABLET, 'Chrome on Android tablet'],
    [TABLET.replace('Chrome', 'Mobile Chrome'), 'Chrome on Android phone'],
    [`Home Assistant/2026.10.1 (Android 14) ${TABLET}`, 'Home Assistant app on Android tablet'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.2 Safari/605.1.15', 'Safari on Mac'],
    ['Mozilla/5.0 (iPad; CPU OS 18_2 like Mac OS X) Version/18.2 Safari/604.1', 'Safari on iPad'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/132.0 Safari/537.36 Edg/132.0', 'Edge on Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox on Linux'],
    ['something else', 'Browser on this device'],
  ])('is derived from %s', (agent, name) => {
    expect(screenName('', agent)).toBe(name);
  });
});

it('a fingerprint is short, stable and different for different texts', () => {
  expect(fingerprint('a')).toBe(fingerprint('a'));
  expect(fingerprint('a')).not.toBe(fingerprint('b'));
  expect(fingerprint('x'.repeat(1000)).length).toBeLessThan(8);
});
