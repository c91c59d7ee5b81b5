import { DeviceError, PictureError } from '@forecourt/contracts'

/** The name under which a failed capture is counted: `camera_timeout`, `camera_garbled`, … */
export function captureRejection(error: unknown): string {
  if (error instanceof DeviceError) return error.code.replace('device_', 'camera_')
  return isTimeout(error) ? 'camera_timeout' : 'camera_failed'
}

/** The name under which a failed read is counted: the picture's own code, or `reader_…`. */
export function readRejection(error: unknown): string {
  if (error instanceof PictureError) return error.code
  return isTimeout(error) ? 'reader_timeout' : 'reader_failed'
}

const isTimeout = (error: unknown) => error instanceof DOMException && error.name === 'TimeoutError'
