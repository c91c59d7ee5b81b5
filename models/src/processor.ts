import { readFileSync } from 'node:fs'

/** Where Linux tells what the processor can do; elsewhere nothing is known of it. */
const processorFile = '/proc/cpuinfo'

/**
 * How the inference runtime must multiply whole numbers here. Processors of x64 without VNNI add
 * products up in 16 bits, which overflow and stop at the end: another answer than everywhere else.
 * Told so, the runtime takes a way round it, which is twice as slow where it is not needed.
 * Source: "x64quantprecision" in ONNX Runtime's session configuration keys.
 */
export function wholeNumberOptions(
  processor = processorText(),
): Readonly<Record<'session.x64quantprecision', '0' | '1'>> {
  return { 'session.x64quantprecision': /\bavx(512)?_vnni\b/.test(processor) ? '0' : '1' }
}

function processorText(): string {
  try {
    return readFileSync(processorFile, 'utf8')
  } catch {
    return ''
  }
}
