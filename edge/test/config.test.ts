import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig, StationConfig } from '../src/config.ts'
import { toStationSchema } from '../src/station-schema.ts'

const here = (name: string) => new URL(`../${name}`, import.meta.url)
const example = () => JSON.parse(readFileSync(here('station.example.json'), 'utf8'))
const env = { UPLINK_TOKEN: 'station-token-0123456789' }
const folder = mkdtempSync(join(tmpdir(), 'edge-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function load(config: unknown, variables: NodeJS.ProcessEnv = env) {
  const path = join(folder, 'station.json')
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config))
  return loadConfig(path, variables)
}
function faultsOf(change: (config: ReturnType<typeof example>) => void): string {
  const config = example()
  change(config)
  try {
    load(config)
  } catch (error) {
    return String(error)
  }
  return 'no fault'
}

describe('a station config', () => {
  test('the example is good, and the least one has every default', () => {
    expect(load(example())).toMatchObject({ station: { stationId: 'demo-1' } })
    const { stationId, location, uplink, mqtt, pumps } = example()
    const least = {
      stationId,
      location,
      uplink,
      mqtt: { vehicleTokenPublicKeyPem: mqtt.vehicleTokenPublicKeyPem },
      pumps: [{ ...pumps[0], fuellingPoints: [{ ...pumps[0].fuellingPoints[0], cameraId: null }] }],
    }
    expect(load(least).station).toMatchObject({
      http: { host: '127.0.0.1', port: 8082 },
      mqtt: { host: '127.0.0.1', port: 1883 },
      plates: { agreeingFrames: 2 },
      dataDirectory: 'var/edge',
    })
  })

  test('every mistake is named at once, with its place', () => {
    const faults = faultsOf((config) => {
      config.pumps[0].pollEveryMs = 1
      config.http.port = 99_999
      config.colour = 'red'
      config.stationId = 'Demo 1'
    })
    for (const place of ['pumps[0].pollEveryMs', 'http.port', 'colour', 'stationId']) {
      expect(faults).toContain(place)
    }
  })

  test('a fuelling point, a controller, a camera or a unit named twice is told', () => {
    const faults = faultsOf((config) => {
      config.pumps.push(config.pumps[0])
      config.cameras.push(config.cameras[0])
      config.pumps[0].fuellingPoints.push({
        ...config.pumps[0].fuellingPoints[0],
        fuellingPoint: 2,
      })
    })
    expect(faults).toContain('pumps[1].fuellingPoints[0].fuellingPoint')
    expect(faults).toContain('pumps[1].controllerId')
    expect(faults).toContain('cameras[1].cameraId')
    expect(faults).toContain('pumps[0].fuellingPoints[1].unitId')
  })

  test('a camera or a profile that is not there is told with those that are', () => {
    expect(faultsOf((config) => (config.pumps[0].fuellingPoints[0].cameraId = 'cam-9'))).toMatch(
      /no camera is named cam-9.*cam-1/,
    )
    expect(faultsOf((config) => (config.pumps[0].profile = 'gilbarco'))).toMatch(
      /unknown profile gilbarco: use one of .*forecourt-v1/,
    )
  })

  test('a missing token, a missing file and a file that is no JSON say what to do', () => {
    expect(() => load(example(), {})).toThrow(/UPLINK_TOKEN/)
    expect(() => loadConfig('/nowhere.json', env)).toThrow(/nowhere\.json: cannot be read/)
    expect(() => load('{ not json')).toThrow(/cannot be read as JSON/)
    expect(() => loadConfig(undefined, env)).toThrow(/--config FILE or set STATION_CONFIG/)
  })

  test('the token may lie in a file, but there is one token', () => {
    const file = join(folder, 'token')
    writeFileSync(file, 'token-in-a-file-0123456789\n')
    const fromFile = load(example(), { UPLINK_TOKEN_FILE: file })
    expect(fromFile.uplinkToken).toBe('token-in-a-file-0123456789')
    expect(() => load(example(), { ...env, UPLINK_TOKEN_FILE: file })).toThrow(/one of them/)
    expect(() => load(example(), { UPLINK_TOKEN_FILE: '/nowhere' })).toThrow(
      /UPLINK_TOKEN_FILE: .*\/nowhere/,
    )
    writeFileSync(file, 'short')
    expect(() => load(example(), { UPLINK_TOKEN_FILE: file })).toThrow(
      /UPLINK_TOKEN_FILE: the file must hold/,
    )
  })

  test('the file for editors is current: else run node edge/src/write-schema.ts', () => {
    const stored = JSON.parse(readFileSync(here('station.schema.json'), 'utf8'))
    expect(stored).toEqual(JSON.parse(toStationSchema()))
    expect(StationConfig.safeParse(example()).success).toBe(true)
  })
})
