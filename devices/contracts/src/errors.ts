/**
 * A device did not do its part. Expected in production and always handled; a broken
 * invariant in our own code is an `AssertionError` instead, and stops the process.
 */
export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  /**
   * `device_timeout` no answer in time, or the line is down · `device_garbled` an answer that
   * cannot be what was asked for · `device_refused` the device said no (a Modbus exception) ·
   * `device_unsupported` this controller model has no such command.
   */
  readonly code: 'device_timeout' | 'device_garbled' | 'device_refused' | 'device_unsupported'
  readonly deviceId: string

  constructor(code: DeviceError['code'], deviceId: string, detail: string, options?: ErrorOptions) {
    super(`${deviceId}: ${code.replace('device_', '')}: ${detail}`, options)
    this.code = code
    this.deviceId = deviceId
  }
}

/**
 * A picture could not be read. The frame is dropped and counted; the next one may be good.
 * `picture_unreadable` not a whole JPEG, PNG or WebP · `picture_too_large` over the port's limits
 * · `reader_overloaded` it made place for a newer picture, or the reader is closed.
 */
export class PictureError extends Error {
  override readonly name = 'PictureError'
  readonly code: 'picture_unreadable' | 'picture_too_large' | 'reader_overloaded'

  constructor(code: PictureError['code'], detail: string, options?: ErrorOptions) {
    super(`${code.replaceAll('_', ' ')}: ${detail}`, options)
    this.code = code
  }
}
