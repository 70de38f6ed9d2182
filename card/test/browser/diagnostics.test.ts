import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

type Wanted = NonNullable<Parameters<Window['bench']['mount']>[0]>;

const SECRET = 'eyJhbGciOiJIUzI1NiJ9.secret';
const SAID = 'The door code is 4711';
const LIVE = { phase: 'live', seat: { mine: true, name: 'Here' } } as const;

async function mount(page: Page, wanted: Wanted = {}): Promise<void> {
  await page.evaluate((what) => {
    window.bench.current = window.bench.mount(what);
  }, wanted);
  await page.locator('ha-card').waitFor();
}
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Diagnostics' });
const openIt = async (page: Page): Promise<void> => {
  await page.locator('.scene').click({ button: 'right' });
  await dialog(page).waitFor();
};
const value = (page: Page, label: string): Promise<string> =>
  dialog(page)
    .locator('dl > div', { has: page.getByText(label, { exact: true }) })
    .first()
    .locator('dd')
    .innerText();

describeInBrowser('the diagnostics of the card', () => {
  const bench = useBrowser();

  it('say what is the case, and go on doing so', async () => {
    const page = await bench.open();
    await mount(page, { answer: { state: LIVE } });
    await openIt(page);
    expect(await value(page, 'Integration')).toBe('0.0.0');
    expect(await value(page, 'Encrypted connection (https)')).toBe('Yes');
    expect(await value(page, 'Sound is on')).toBe('This screen');
    expect(await value(page, 'Session')).toBe('Open');
    await expect.poll(() => value(page, 'Answers within')).toMatch(/^\d+ ms$/);
    await page.evaluate(() => window.bench.current?.bus.state({ phase: 'off', reason: 'quota', seat: null }));
    await expect.poll(() => value(page, 'Last problem')).toBe('No credits left');
    expect(await value(page, 'Sound is on')).toBe('None');
  });

  it('make a report without a key and without a word that was said', async () => {
    const page = await bench.open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await mount(page, { answer: { state: LIVE } });
    await page.evaluate(
      ([token, text]) => {
        const transport = { kind: 'livekit', url: `wss://room/?token=${String(token)}`, token: String(token) };
        window.bench.emit({ type: 'join', epoch: 'e1', transport });
        window.bench.emit({
          type: 'caption',
          utterance: 'u1',
          role: 'avatar',
          text: String(text),
          spoken: null,
          done: true,
        });
      },
      [SECRET, SAID],
    );
    await page.locator('ha-card.video').waitFor();
    await page.evaluate(
      ([token]) => {
        const message = `failed at wss://room/?token=${String(token)}`;
        window.bench.current?.engines[0]?.emit({ type: 'error', code: 'join_failed', message });
      },
      [SECRET],
    );
    await openIt(page);
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('Copied. It holds no keys').waitFor();
    const report = await page.evaluate(() => navigator.clipboard.readText());
    expect(report).toMatch(/^Streaming Avatar, \d{4}-/);
    for (const line of ['integration: 0.0.0', 'home_assistant: 2026.11.0', 'sound: ok', 'phase: live', 'seat: here']) {
      expect(report).toContain(`  ${line}\n`);
    }
    expect(report).toMatch(/troubles:\n {2}\d{4}-\S+: join_failed\n/);
    expect(report).not.toContain('secret');
    expect(report).not.toContain('wss:');
    expect(report).not.toContain('4711');
    expect(await dialog(page).innerText()).not.toContain('4711');
  });

  it('come where something is wrong, with the keyboard too, and give the focus back', async () => {
    const page = await bench.open();
    await mount(page, { answer: { state: { reason: 'quota' } } });
    const link = page.getByRole('alert').getByRole('button', { name: 'Details' });
    await link.focus();
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    // Escape closes the dialog, and interrupts nobody.
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await link.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await page.evaluate(() => window.bench.current?.bus.actions)).toEqual([]);
  });

  it('come with a long press of a finger, once, and not with a short one', async () => {
    const page = await bench.open();
    await mount(page, { config: { start_on_tap: true } });
    const press = (type: string): Promise<void> => page.locator('.scene').dispatchEvent(type, { pointerType: 'touch' });
    await press('pointerdown');
    await press('pointerup');
    await page.waitForTimeout(700);
    expect(await dialog(page).count()).toBe(0);
    await press('pointerdown');
    await dialog(page).waitFor();
    await page.locator('.scene').dispatchEvent('contextmenu');
    await page.waitForTimeout(100);
    expect(await page.locator('dialog').count()).toBe(1);
    await page.mouse.click(5, 5);
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('leave the editor alone', async () => {
    const page = await bench.open();
    await mount(page, { preview: true });
    await page.locator('.scene').click({ button: 'right' });
    await page.waitForTimeout(100);
    expect(await page.locator('dialog').count()).toBe(0);
  });
});

describeInBrowser('the diagnostics on plain http', () => {
  const bench = useBrowser(['--host-resolver-rules=MAP homeassistant.local 127.0.0.1'], 'homeassistant.local');

  it('say what that costs, and are copied all the same', async () => {
    const page = await bench.open();
    await mount(page, { answer: { state: LIVE } });
    await openIt(page);
    expect(await value(page, 'Encrypted connection (https)')).toBe('No');
    expect(await value(page, 'Microphone')).toBe('Needs https');
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('Copied. It holds no keys').waitFor();
    expect(await page.locator('textarea').count()).toBe(0);
  });

  it('are shown to be copied by hand where the browser forbids it', async () => {
    const page = await bench.open();
    await mount(page);
    await page.evaluate(() => {
      Object.assign(document, { execCommand: () => false });
    });
    await openIt(page);
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('Select the text and copy it yourself').waitFor();
    expect(await page.locator('textarea').inputValue()).toContain('secure_context: no');
    expect(await page.locator('textarea').isVisible()).toBe(true);
  });
});

describeInBrowser('a page that is older than the card', () => {
  const bench = useBrowser();

  it('says so, and goes on showing the avatar', async () => {
    const page = await bench.open();
    await mount(page, { answer: { state: LIVE, version: '9.9.9' } });
    await page.getByText('Update ready').waitFor();
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    await page.getByRole('button', { name: 'Interrupt' }).waitFor();
    // What is wrong comes first.
    await page.evaluate(() => window.bench.current?.bus.state({ phase: 'off', reason: 'quota' }));
    await page.getByText('No credits left').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('Update ready').waitFor();
  });

  it.each(['de', 'en-notices', 'diagnostics', 'styles-sizes'])('says so when %s is gone', async (name) => {
    const page = await bench.open('/test.html?card=face', (fresh) =>
      fresh.route(`**/chunks/${name}-*.js`, (route) => route.fulfill({ status: 404 })),
    );
    bench.expectErrors(/404/);
    await page.locator('streaming-avatar-face canvas').waitFor();
    await page.evaluate(() => {
      const card = document.querySelector('streaming-avatar-card') as unknown as HTMLElement & { hass: unknown };
      const { bus } = window.bench.built ?? {};
      if (!bus) return;
      card.hass = { ...window.bench.fakeHass(bus), language: 'de' };
      bus.state({ phase: 'live', provider_face: true });
      if (card.parentElement) card.parentElement.style.height = '180px';
    });
    if (name === 'en-notices') await page.evaluate(() => window.bench.built?.bus.state({ reason: 'quota' }));
    if (name === 'diagnostics') await page.locator('.scene').click({ button: 'right' });
    await page.getByText(name === 'de' ? 'Update ready' : 'Update bereit').waitFor({ state: 'attached' });
  });
});
