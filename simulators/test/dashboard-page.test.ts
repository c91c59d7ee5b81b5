import { pino } from 'pino'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildDashboard } from '../src/dashboard/build.ts'
import { type Dashboard, startDashboard } from '../src/dashboard/index.ts'
import { WorldError } from '../src/world/world.ts'
import {
  busyForecourt,
  createScriptedWorld,
  type ScriptedWorld,
  startingForecourt,
  stationSnapshot,
} from './dashboard-world.ts'

const executablePath = inject('chromium')
const args = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

describe.skipIf(executablePath === null)('the dashboard page in Chromium', () => {
  let browser: Browser
  const open: { dashboard: Dashboard; page: Page; complaints: string[] }[] = []
  beforeAll(async () => {
    await buildDashboard(pino({ level: 'silent' }))
    browser = await chromium.launch({ executablePath: executablePath ?? '', args })
  })
  afterAll(async () => await browser?.close())
  afterEach(async () => {
    for (const { dashboard, page, complaints } of open.splice(0)) {
      await page.close()
      await dashboard.close()
      expect(complaints, 'console errors of the page').toEqual([])
    }
  })

  async function show(
    world: ScriptedWorld,
    options: { path?: string; width?: number; expected?: RegExp } = {},
  ): Promise<Page> {
    const log = pino({ level: 'silent' })
    const dashboard = await startDashboard({ world, host: '127.0.0.1', port: 0, log })
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1440, height: 900 },
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
    })
    const complaints: string[] = []
    const note = (text: string) => {
      if (options.expected?.test(text) !== true) complaints.push(text)
    }
    page.on('pageerror', (error) => note(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') note(message.text())
    })
    open.push({ dashboard, page, complaints })
    await page.goto(`http://127.0.0.1:${dashboard.port}/${options.path ?? ''}`)
    await page.waitForSelector('main section')
    return page
  }

  const bay = (page: Page, number: number) => page.locator(`[data-point="${number}"]`)
  const shownAt = async (page: Page, number: number) =>
    await bay(page, number).locator('.bay-picture').getAttribute('aria-label')

  it('speaks Chinese first and English when asked, and remembers', async () => {
    const page = await show(createScriptedWorld())
    expect(await page.textContent('h1')).toBe('加油现场')
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN')
    await page.click('text=English')
    expect(await page.textContent('h1')).toBe('Forecourt live')
    expect(await page.title()).toContain('Forecourt live')
    await page.reload()
    await page.waitForSelector('.bay')
    expect(await page.textContent('h1')).toBe('Forecourt live')
    expect(await page.getAttribute('html', 'lang')).toBe('en')
  })

  it.each(['zh', 'en'])('has words for everything it shows in %s', async (language) => {
    const page = await show(createScriptedWorld(), { path: `?lang=${language}` })
    const text = (await page.innerText('body')).replaceAll(/\d+\.\d+/g, '')
    expect(text).not.toMatch(/\b[a-z]+\.[a-zA-Z_]+\b/)
    expect(text).not.toContain('{{')
    const chinese = text.match(/\p{Script=Han}+/gu) ?? []
    if (language === 'zh') expect(chinese.length).toBeGreaterThan(60)
  })

  it('counts litres and yuan as the pump does', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    expect(await shownAt(page, 1)).toContain('40.00 litres, 315.60 yuan')
    world.setPump(1, { volumeMl: 41_230, amountFen: 32_530 })
    await page.waitForSelector('[data-point="1"] [aria-label*="41.23 litres, 325.30 yuan"]')
    expect(await shownAt(page, 2)).toContain('0.00 litres, 0.00 yuan')
  })

  it('posts what the buttons say, for the chosen fuelling point', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    const controls = page.locator('.controls')
    const press = async (name: string) => {
      const before = world.asked.length
      await controls.getByRole('button', { name, exact: true }).click()
      await expect.poll(() => world.asked.length).toBe(before + 1)
      await page.waitForSelector(
        '.controls :text("Hang up"):not([title="The last action is still under way"])',
      )
    }
    await press('Hang up')
    await bay(page, 3).locator('.bay-picture').click()
    await press('Lift 95#')
    await press('Drive off')
    await bay(page, 4).locator('.bay-picture').click()
    await controls.getByLabel('Car').selectOption({ label: 'A stranger' })
    await press('Send car')
    await controls.getByLabel('Car').selectOption({ label: '韩梅梅 浙B0K3Q8' })
    await press('Send car')
    expect(world.asked).toEqual([
      { type: 'hang_up', fuellingPoint: 1 },
      { type: 'lift', fuellingPoint: 3, nozzle: 2 },
      { type: 'drive_off', fuellingPoint: 3 },
      { type: 'send_car', fuellingPoint: 4, memberId: null },
      { type: 'send_car', fuellingPoint: 4, memberId: 'm-3' },
    ])
  })

  it('squeezes as many litres as chosen once the pump is released', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    await bay(page, 2).locator('.bay-picture').click()
    const fuel = page.locator('.controls').getByRole('button', { name: 'Fuel', exact: true })
    expect(await fuel.getAttribute('title')).toBe('The pump has not been released yet')
    world.setPump(2, { state: 'authorised', locked: false })
    await page.getByLabel('How much').selectOption('20')
    await page.waitForSelector('.controls :text-is("Fuel")[aria-disabled="false"]')
    await fuel.click()
    await expect
      .poll(() => world.asked)
      .toEqual([{ type: 'squeeze', fuellingPoint: 2, litres: 20 }])
  })

  it('switches autopilot, uplink, gateway and a provider', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    await page.getByRole('switch', { name: 'Autopilot' }).click()
    await page.waitForSelector('[role=switch][aria-checked=false]')
    await page.getByRole('button', { name: 'Cut uplink' }).click()
    await page.getByRole('button', { name: 'Restore uplink' }).click()
    await page.getByRole('button', { name: 'Cut uplink' }).waitFor()
    await page.getByRole('button', { name: 'Restart gateway' }).click()
    await expect.poll(() => world.asked.length).toBe(4)
    await page.getByLabel('How the provider treats 韩梅梅').selectOption('times_out')
    await expect
      .poll(() => world.asked)
      .toEqual([
        { type: 'set_autopilot', autopilot: 'off' },
        { type: 'set_uplink', uplink: 'cut' },
        { type: 'set_uplink', uplink: 'up' },
        { type: 'restart_edge' },
        { type: 'set_behaviour', memberId: 'm-3', behaviour: 'times_out' },
      ])
  })

  it('keeps an impossible button off, says why, and posts nothing', async () => {
    const world = createScriptedWorld()
    const page = await show(world)
    const drive = page.locator('.controls').getByRole('button', { name: '驶离' })
    expect(await drive.getAttribute('aria-disabled')).toBe('true')
    expect(await drive.getAttribute('title')).toBe('油枪还没挂回，先挂枪')
    await drive.click({ force: true })
    await drive.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '切断链路' }).click()
    await expect.poll(() => world.asked).toEqual([{ type: 'set_uplink', uplink: 'cut' }])
  })

  it("tells the world's refusal in the reader's language", async () => {
    const world = createScriptedWorld()
    world.refuseNext(new WorldError('edge_restarting', 'the gateway restarts'))
    const page = await show(world, { expected: /409 \(Conflict\)/ })
    await page.getByRole('button', { name: '重启网关' }).click()
    await page.getByRole('alert').getByText('网关正在重启').waitFor()
    await page.getByRole('button', { name: '关闭提示' }).click()
    expect(await page.locator('.toast').count()).toBe(0)
  })

  it('follows a refuel step by step and gives its ending and reason in words', async () => {
    const page = await show(createScriptedWorld(), { path: '?lang=en' })
    await bay(page, 4).locator('.bay-picture').click()
    const steps = await page.locator('.step').allInnerTexts()
    expect(steps.map((text) => text.split('\n')[0])).toEqual([
      'Nozzle lifted',
      'Plate read',
      'Vehicle seen',
      'Fuel flowing',
      'Hung up',
      'Stored at the station',
      'Confirmed by the cloud',
      'Settled',
    ])
    expect(steps[0]).toContain('10:11:40')
    expect(steps[4]).toContain('+41.0 s')
    expect(steps[7]).toContain('Pending')
    expect(steps[7]).toContain('No answer from the provider yet')
  })

  it('lists the last refuels with receipt and time to settlement', async () => {
    const page = await show(createScriptedWorld(), { path: '?lang=en' })
    const row = page.locator('.ledger tbody tr').nth(1)
    expect((await row.innerText()).split(/\s*\t\s*/)).toEqual([
      '10:11:42',
      '1',
      '沪A·D12345',
      '李*',
      '40.00 L',
      '¥315.60',
      'Charged',
      'R-20260302-000111',
      '312 ms',
    ])
  })

  it('fills the outbox while the uplink is cut and drains it after', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    const uplink = { ...stationSnapshot().uplink, online: false, outboxDepth: 7 }
    world.set({ uplink: 'cut', station: stationSnapshot({ uplink }) })
    await page.getByText('7 waiting for the cloud').waitFor()
    expect(await page.locator('.block-full').count()).toBe(7)
    expect(await page.getByText('Uplink cut').count()).toBe(1)
    world.set({ uplink: 'up', station: stationSnapshot() })
    await page.getByText('all confirmed by the cloud').waitFor()
    expect(await page.locator('.block-full').count()).toBe(0)
  })

  it('raises the alarm when a promise is broken', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    expect(await page.locator('.promise').allInnerTexts()).toHaveLength(3)
    expect(await page.locator('.promise-broken').count()).toBe(0)
    world.set({ counts: { ...world.snapshot().counts, doubleCharged: 2 } })
    await page.locator('[data-promise=doubleCharged].promise-broken').waitFor()
    expect(await page.locator('[data-promise=doubleCharged]').innerText()).toMatch(/^2\n/)
  })

  it('says that the station starts, and later that the gateway is down', async () => {
    const world = createScriptedWorld(startingForecourt())
    const page = await show(world, { path: '?lang=en' })
    await page.getByRole('heading', { name: 'Station starting' }).waitFor()
    world.set(busyForecourt())
    await page.locator('.bay').first().waitFor()
    world.set({ station: null })
    await page.getByText('The station gateway is down').waitFor()
    expect(await page.locator('.bay').count()).toBe(4)
  })

  it('fits a telephone without scrolling sideways', async () => {
    const page = await show(createScriptedWorld(), { width: 390 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  it('can be driven by keyboard alone, with the focus in sight', async () => {
    const world = createScriptedWorld()
    const page = await show(world, { path: '?lang=en' })
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate('document.activeElement.getAttribute("aria-label") ?? ""')
      if (String(label).startsWith('Show point 3')) break
    }
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => world.asked).toEqual([{ type: 'lift', fuellingPoint: 3, nozzle: 1 }])
  })
})
