import type { Camera } from '@forecourt/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** The smallest bytes that begin and end as a JPEG does; `mark` tells pictures apart. */
export const jpeg = (mark: number): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, mark, mark, mark, 0xff, 0xd9)

type CameraFixture = {
  readonly camera: Camera
  /** From now on the camera sees these bytes. */
  show(picture: Uint8Array): Promise<void>
  /** From now on the camera cannot be reached at all. */
  breakDown(): Promise<void>
  dispose(): Promise<void>
}

/** The promises of `Camera`, kept by every implementation. */
export function describeCamera(name: string, open: () => Promise<CameraFixture>) {
  describe(`${name} as a Camera`, () => {
    let fixture: CameraFixture
    beforeEach(async () => {
      fixture = await open()
    })
    afterEach(() => fixture.dispose())

    const capture = () =>
      fixture.camera.capture({ timeoutMs: 1_000, signal: AbortSignal.timeout(5_000) })

    test('gives the picture as it is, with its name and the time', async () => {
      await fixture.show(jpeg(1))
      const frame = await capture()
      expect(frame?.picture).toEqual(jpeg(1))
      expect(frame?.cameraId).toBe('cam-1')
      expect(new Date(frame?.capturedAt ?? '').toISOString()).toBe(frame?.capturedAt)
    })

    test('gives the same picture only once, and the next one again', async () => {
      await fixture.show(jpeg(1))
      expect(await capture()).not.toBeNull()
      expect(await capture()).toBeNull()
      await fixture.show(jpeg(2))
      expect((await capture())?.picture).toEqual(jpeg(2))
      expect(await capture()).toBeNull()
    })

    test('takes PNG and WebP too', async () => {
      const png = Buffer.from('89504e470d0a1a0a0000000049454e44ae426082', 'hex')
      await fixture.show(png)
      expect((await capture())?.picture).toEqual(new Uint8Array(png))
      const webp = Buffer.from('RIFF\u0008\0\0\0WEBPabcd', 'latin1')
      await fixture.show(webp)
      expect((await capture())?.picture).toEqual(new Uint8Array(webp))
    })

    test('a camera that is gone is a DeviceError, not a hang', async () => {
      await fixture.breakDown()
      await expect(capture()).rejects.toMatchObject({ name: 'DeviceError', deviceId: 'cam-1' })
    })

    test('an aborted call ends as a device_timeout', async () => {
      await fixture.show(jpeg(1))
      const call = { timeoutMs: 1_000, signal: AbortSignal.abort() }
      const aborted = fixture.camera.capture(call)
      await expect(aborted).rejects.toMatchObject({ code: 'device_timeout' })
    })

    test('close may be called twice', async () => {
      await fixture.camera.close()
      await fixture.camera.close()
    })
  })
}
