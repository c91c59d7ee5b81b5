import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Child, startChild } from '../src/box/child.ts'
import { openDataFolder } from '../src/box/data-folder.ts'
import { claimPort } from '../src/box/free-port.ts'
import { readSecrets, writeSecrets } from '../src/box/secrets.ts'
import { createTcpProxy, type TcpProxy } from '../src/faults/tcp-proxy.ts'

const log = pino({ level: 'silent' })

describe('the line that can fail', () => {
  let echo: Server
  let proxy: TcpProxy
  const heard: string[] = []
  beforeEach(async () => {
    heard.length = 0
    echo = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        heard.push(bytes.toString())
        socket.write(`echo ${bytes.toString()}`)
      })
    })
    echo.listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const target = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port }
    proxy = await createTcpProxy({ host: '127.0.0.1', port: 0, target })
  })
  afterEach(async () => {
    await proxy.close()
    echo.close()
  })

  const dial = async () => {
    const socket = connect(proxy.port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const answer = async (socket: Socket) => String((await once(socket, 'data'))[0])

  test('passes bytes both ways', async () => {
    const socket = await dial()
    socket.write('a')
    expect(await answer(socket)).toBe('echo a')
  })

  test('drops open connections when cut, refuses new ones, and heals', async () => {
    const socket = await dial()
    socket.on('error', () => undefined)
    const closed = once(socket, 'close')
    proxy.setMode('cut')
    await closed
    const refused = connect(proxy.port, '127.0.0.1')
    refused.on('error', () => undefined)
    await once(refused, 'close')
    proxy.setMode('pass')
    const again = await dial()
    again.write('b')
    expect(await answer(again)).toBe('echo b')
  })

  test('lets requests through and withholds the answers, until it may pass them on', async () => {
    const socket = await dial()
    proxy.setMode('hold_answers')
    const answers: string[] = []
    socket.on('data', (bytes) => answers.push(bytes.toString()))
    socket.write('c')
    await expect.poll(() => heard).toEqual(['c'])
    await sleep(50)
    expect(answers).toEqual([])
    proxy.setMode('pass')
    await expect.poll(() => answers.join('')).toBe('echo c')
  })

  test('moves nothing while stalled, and everything after', async () => {
    const socket = await dial()
    proxy.setMode('stall')
    socket.write('d')
    await sleep(50)
    expect(heard).toEqual([])
    proxy.setMode('pass')
    expect(await answer(socket)).toBe('echo d')
  })
})

describe('a port', () => {
  test('that is taken is named with its purpose', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    await expect(claimPort('cloud', port)).rejects.toThrow(`port ${port} (cloud) is taken`)
    holder.close()
  })

  test('asked for as 0 is any free one that no outgoing connection is given', async () => {
    const port = await claimPort('cloud', 0)
    expect(port).toBeGreaterThanOrEqual(15_000)
    expect(port).toBeLessThan(32_000)
  })
})

describe('a data folder', () => {
  test('belongs to one station at a time, and to the next when that one has ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'folder-'))
    const opened: (() => Promise<unknown>)[] = []
    const open = () => openDataFolder(folder, (closer) => opened.push(closer))
    expect(await open()).toBe(folder)
    await expect(open()).rejects.toThrow(/in use by another forecourt: stop that one, or .*--data/)
    await opened[0]?.()
    expect(await open()).toBe(folder)
    await opened[1]?.()
    rmSync(folder, { recursive: true })
  })

  test('that cannot be one is told with what to do', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'folder-')), 'file')
    writeFileSync(file, '')
    const opening = openDataFolder(file, () => undefined)
    await expect(opening).rejects.toThrow(
      /cannot be written \(EEXIST.*; choose another with --data/,
    )
    rmSync(join(file, '..'), { recursive: true })
    const nowhere = openDataFolder('/proc/forecourt/x', () => undefined)
    await expect(nowhere).rejects.toThrow(
      /\/proc\/forecourt\/x cannot be written .*; choose another with --data/,
    )
  })
})

describe('the secrets of a data folder', () => {
  test('are made once, differ between folders and stay with theirs', async () => {
    const [one, two] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'secrets-')))
    if (one === undefined || two === undefined) throw new Error('no folders')
    const first = await readSecrets(one)
    await writeSecrets(one, { ...first, stationToken: 'token' })
    expect(await readSecrets(one)).toEqual({ ...first, stationToken: 'token' })
    expect((await readSecrets(two)).adminToken).not.toBe(first.adminToken)
    for (const folder of [one, two]) rmSync(folder, { recursive: true })
  })

  test('that are damaged are not replaced in silence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
    for (const damaged of ['{"adminToken":"short"}', '{"adminTok', '']) {
      writeFileSync(join(folder, 'secrets.json'), damaged)
      await expect(readSecrets(folder)).rejects.toThrow(/secrets\.json is damaged; move/)
    }
    rmSync(folder, { recursive: true })
  })
})

describe('a child process', () => {
  const root = join(import.meta.dirname, '../..')
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'child-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const start = (name: string, source: string, deadlineMs = 10_000): Promise<Child> => {
    const file = join(folder, `${name}.mjs`)
    writeFileSync(file, source)
    return startChild({
      name,
      entry: relative(root, file),
      env: {},
      readyMessage: 'it is ready',
      deadlineMs,
      log,
    })
  }
  const ready = `process.stdout.write(JSON.stringify({ msg: 'it is ready', port: 7 }) + '\\n');`

  test('is there when it says so, and tells what it said', async () => {
    const child = await start('well', `${ready} setInterval(() => {}, 1000)`)
    expect(child.ready['port']).toBe(7)
    await child.stop()
    expect(await child.ended).toBe('SIGTERM')
  })

  test('that fails is reported with its last words', async () => {
    const failing = start(
      'ill',
      `process.stderr.write('the disk is full\\n'); process.exitCode = 3`,
    )
    await expect(failing).rejects.toThrow(
      /ill did not start \(exit code 3\)[\s\S]*the disk is full/,
    )
  })

  test('that gave up with a reason is reported with that, and without its log', async () => {
    const said = [
      { level: 30, msg: 'starting' },
      { level: 60, err: { message: 'the folder is in use' }, msg: 'failed' },
    ].map((line) => `process.stdout.write(${JSON.stringify(`${JSON.stringify(line)}\n`)});`)
    const failing = start('busy', `${said.join('')} process.exitCode = 1`)
    await expect(failing).rejects.toThrow(
      /^busy did not start \(exit code 1\): the folder is in use$/,
    )
  })

  test('that says nothing is ended at the deadline', async () => {
    await expect(start('mute', 'setInterval(() => {}, 1000)', 300)).rejects.toThrow(
      /silent for 300 ms/,
    )
  })

  test('that ignores SIGTERM is killed after the grace, even while it is stopped', async () => {
    const child = await start(
      'stubborn',
      `process.on('SIGTERM', () => {}); ${ready} setInterval(() => {}, 1000)`,
    )
    child.signal('SIGSTOP')
    await child.stop(200)
    expect(await child.ended).toBe('SIGKILL')
  })

  test('goes when its parent is gone, however the parent went', async () => {
    const grandchild = join(folder, 'grandchild.mjs')
    writeFileSync(grandchild, `${ready} setInterval(() => {}, 1000)`)
    const module = JSON.stringify(join(root, 'simulators/src/box/child.ts'))
    const entry = JSON.stringify(relative(root, grandchild))
    const parent = await start(
      'parent',
      `import { startChild } from ${module}
       const log = { debug() {} }
       const child = await startChild({ name: 'g', entry: ${entry}, env: {}, readyMessage: 'it is ready', deadlineMs: 9000, log })
       process.stdout.write(JSON.stringify({ msg: 'it is ready', grandchild: child.pid }) + '\\n')`,
    )
    const pid = Number(parent.ready['grandchild'])
    expect(isAlive(pid)).toBe(true)
    parent.signal('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: there is no such process any more.
  }
}
