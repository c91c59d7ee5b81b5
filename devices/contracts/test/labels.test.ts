import { describe, expect, test } from 'vitest'
import { LabelsError, labelledPlate, parseLabels, readLabels } from '../src/labels.ts'

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

  test('of one picture may stand in several rows, a plate each: the first row leads', () => {
    const csv = 'file,plate\na.jpg,皖A13H25\nb.jpg,\na.jpg,浙B3K708|皖A·13H25\n'
    expect(textsOf(csv)).toEqual([['a.jpg', '皖A13H25', '浙B3K708'], ['b.jpg']])
    expect(parseLabels(csv).map(({ line }) => line)).toEqual([2, 3])
  })

  test('are read as UTF-8 and as GB 18030, which Excel writes in China', () => {
    // 皖 is CD EE there.
    const gb = [...Buffer.from('file,plate\na.jpg,'), 0xcd, 0xee, ...Buffer.from('A13H25')]
    for (const bytes of [Uint8Array.from(gb), Buffer.from('\uFEFFfile,plate\na.jpg,皖A13H25')])
      expect(readLabels(bytes).labels[0]?.plates[0]?.text).toBe('皖A13H25')
    const neither = Uint8Array.from([...Buffer.from('file,plate\na.jpg,'), 0xff, 0xfe])
    expect(() => readLabels(neither)).toThrow(LabelsError)
    expect(() => readLabels(neither)).toThrow('neither UTF-8 nor GB 18030; save it as CSV UTF-8')
  })

  test('may say what people cannot read in several words, and no others', () => {
    const legibleOf = (word: string) =>
      parseLabels(`file,plate,legible\na.jpg,皖A13H25,${word}\n`)[0]?.plates[0]?.legible
    for (const word of ['no', 'N', 'false', '0', '否', 'illegible'])
      expect(legibleOf(word), word).toBe(false)
    for (const word of ['', 'yes', 'Y', 'true', '1', '是', 'legible'])
      expect(legibleOf(word), word).toBe(true)
    expect(() => legibleOf('perhaps')).toThrow('line 2: legible is "perhaps"; write yes or no')
  })

  test('that are hardly meant so are used and told: no plate’s text, more fields than names', () => {
    const csv =
      'file,plate,type\na.jpg,皖A13H25\na.jpg,none\nb.jpg,应急,crane\nc.jpg,浙B3K708,,沪A12345\nd.jpg,浙B3K708,,\n'
    const { labels, doubts } = readLabels(Buffer.from(csv))
    expect(labels).toHaveLength(4)
    expect(doubts).toEqual([
      { line: 3, kind: 'no_plate', text: 'NONE' },
      { line: 5, kind: 'extra_fields', text: '沪A12345' },
    ])
  })

  test.each([
    ['a missing heading', 'a.jpg,皖A13H25\n', 'line 1'],
    ['a heading with two plates', 'file,plate,plate\na.jpg,皖A13H25,\n', 'two columns "plate"'],
    ['a line without a plate', 'file,plate\na.jpg\n', 'line 2'],
    ['an open quote', 'file,plate\n"a.jpg,皖A13H25\n', 'line 2, column 1'],
  ])('name the line of %s', (_, csv, place) => {
    expect(() => parseLabels(csv)).toThrow(LabelsError)
    expect(() => parseLabels(csv)).toThrow(place)
  })
})
