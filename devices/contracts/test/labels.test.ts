import { describe, expect, test } from 'vitest'
import { LabelsError, labelledPlate, parseLabels } from '../src/labels.ts'

const textsOf = (csv: string) =>
  parseLabels(csv).map(({ file, plates }) => [file, ...plates.map(({ text }) => text)])

describe('the labels of a folder', () => {
  test('come from CSV with quoted fields, several plates, CRLF and a byte-order mark', () => {
    const csv =
      '\uFEFFfile,plate,colour,box\r\na.jpg,皖A·13H25,blue,"249,528 ""x"""\r\nb.jpg,浙B3K708|沪AD12845,,\r\n\r\n'
    expect(textsOf(csv)).toEqual([
      ['a.jpg', '皖A13H25'],
      ['b.jpg', '浙B3K708', '沪AD12845'],
    ])
  })

  test('may say that a picture holds no plate', () => {
    expect(textsOf('file,plate\nempty.jpg,\n')).toEqual([['empty.jpg']])
  })

  test('count a plate under its province and the type of its text', () => {
    expect(labelledPlate('粤Z1234港')).toMatchObject({ province: '粤', type: 'hong_kong' })
    expect(labelledPlate('WJ京1234X')).toMatchObject({ province: '京', type: 'armed_police' })
    expect(labelledPlate('123456使')).toMatchObject({ province: 'none', type: 'embassy' })
    expect(labelledPlate('应急')).toMatchObject({ province: 'none', type: 'unknown' })
  })

  test('may name the type and what people cannot read either, a plate each', () => {
    const csv = 'type,plate,file,legible\ntruck|,浙B3K708|沪AD12845,a.jpg,|no\n'
    expect(parseLabels(csv)[0]?.plates).toEqual([
      { text: '浙B3K708', type: 'truck', province: '浙', legible: true },
      { text: '沪AD12845', type: 'new_energy_small', province: '沪', legible: false },
    ])
  })

  test.each([
    ['a missing heading', 'a.jpg,皖A13H25\n', 'line 1'],
    ['a line without a plate', 'file,plate\na.jpg\n', 'line 2'],
    ['an open quote', 'file,plate\n"a.jpg,皖A13H25\n', 'line 2, column 1'],
  ])('name the line of %s', (_, csv, place) => {
    expect(() => parseLabels(csv)).toThrow(LabelsError)
    expect(() => parseLabels(csv)).toThrow(place)
  })
})
