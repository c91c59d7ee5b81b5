import { describe, expect, test } from 'vitest'
import { wholeNumberOptions } from '../src/processor.ts'

const precision = (flags: string) =>
  wholeNumberOptions(`processor : 0\nflags\t\t: fpu ${flags} fma\nbugs :\n`)[
    'session.x64quantprecision'
  ]

describe('whole numbers are multiplied', () => {
  test.each(['avx2 avx_vnni', 'avx512f avx512_vnni avx512_bf16'])(
    'the quick way where the processor has %s',
    (flags) => expect(precision(flags)).toBe('0'),
  )

  test.each(['avx2', 'avx512f avx512bw', 'avx512_vp2intersect avx512_vbmi2', 'xavx_vnni', ''])(
    'the way that cannot overflow where it has only %j',
    (flags) => expect(precision(flags)).toBe('1'),
  )

  test('the way that cannot overflow where nothing is known of the processor', () => {
    expect(wholeNumberOptions('')).toEqual({ 'session.x64quantprecision': '1' })
  })
})
