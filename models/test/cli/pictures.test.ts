import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plateAcceptConfidence, plateRejections } from '@forecourt/contracts'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { missesOf } from '../../src/cli/misses.ts'
import { annotate, drawLeader } from '../../src/cli/pictures/annotate.ts'
import { boxOf, placeCards } from '../../src/cli/pictures/card.ts'
import { drawConfusions } from '../../src/cli/pictures/confusion-picture.ts'
import {
  drawContactSheet,
  regionOf,
  sheetLayout,
  sheetMax,
} from '../../src/cli/pictures/contact-sheet.ts'
import { cutToFit, drawText, widthOf } from '../../src/cli/pictures/letters.ts'
import { fileTitle, folderTitle } from '../../src/cli/pictures/names.ts'
import { drawReliability } from '../../src/cli/pictures/reliability-picture.ts'
import { reliabilityOf } from '../../src/cli/reliability.ts'
import { padColumns, reasonLine, reasonText } from '../../src/cli/words.ts'
import { outcomeOf, readOf } from './outcomes.ts'

describe('lettering', () => {
  test('needs no font: every character is a path, an unknown one an empty box', () => {
    const drawn = drawText({ x: 0, y: 20, sizePx: 20, fill: '#000' }, '皖A1 澳…é')
    expect(drawn.match(/<path/g)).toHaveLength(6)
    expect(drawn).not.toContain('<text')
  })

  test('knows every Chinese character of the words in pictures', () => {
    const sources = globSync(join(import.meta.dirname, '../../src/cli/{words.ts,pictures/*.ts}'))
    const written = sources.map((source) => readFileSync(source, 'utf8')).join('')
    const chinese = [...new Set(written.match(/[\p{Script=Han}，。：；（）]/gu))]
    const box = drawText({ x: 0, y: 0, sizePx: 20, fill: '#000' }, '\u0001').match(/d="[^"]+"/)?.[0]
    const missing = chinese.filter((one) =>
      drawText({ x: 0, y: 0, sizePx: 20, fill: '#000' }, one).includes(box ?? ''),
    )
    expect(chinese.length).toBeGreaterThan(60)
    expect(missing).toEqual([])
  })

  test('of every reason to doubt a read is in both languages', () => {
    for (const reason of plateRejections) {
      expect(reasonText(reason)).toMatch(/^\p{Script=Han}+ [a-z ]+$/u)
      expect(reasonLine(reason)).toMatch(/^[a-z_]+ · \p{Script=Han}+$/u)
    }
    expect(padColumns('省份', 6)).toBe('省份  ')
  })

  test('names a file by its line and a folder by its number where characters are unknown', () => {
    expect(fileTitle({ file: '皖A13H25.jpg', line: 5 })).toBe('皖A13H25.jpg')
    expect(fileTitle({ file: '停车场.jpg', line: 5 })).toBe('第 5 行 line 5')
    expect(folderTitle('gate-2', 3)).toBe('gate-2')
    expect(folderTitle('停车场', 3)).toBe('文件夹 3 folder 3')
    expect(folderTitle('停车场', null)).toBe('文件夹 folder')
  })

  test('is as wide as it says, so that it can be centred and cut to fit', () => {
    expect(widthOf('AA', 20)).toBeCloseTo(2 * widthOf('A', 20))
    expect(cutToFit('皖A13H25', widthOf('皖A13H25', 12), 12)).toBe('皖A13H25')
    const cut = cutToFit('a-very-long-name.jpg', 60, 12)
    expect(cut).toMatch(/^a-.*…$/)
    expect(widthOf(cut, 12)).toBeLessThanOrEqual(60)
  })
})

describe('an annotated picture', () => {
  const grey = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer()

  test('keeps its size, and shows the corners in green when accepted, amber when not', async () => {
    const picture = await grey(800, 600)
    const colourOf = async (confidence: number) => {
      const drawn = await annotate(picture, [readOf('皖A13H25', confidence)])
      const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: 800, height: 600 })
      return [...data.subarray((35 * 800 + 10) * 3, (35 * 800 + 10) * 3 + 3)]
    }
    const [red = 0, green = 0] = await colourOf(0.99)
    expect(green).toBeGreaterThan(red + 60)
    const [amberRed = 0, amberGreen = 0] = await colourOf(0.5)
    expect(amberRed).toBeGreaterThan(amberGreen + 30)
  })

  test('of a strip one pixel high is drawn too', async () => {
    const { width, height } = await sharp(await annotate(await grey(5_000, 1), [])).metadata()
    expect([width, height]).toEqual([2_000, 1])
    expect((await sharp(await annotate(await grey(1, 5_000), [])).metadata()).width).toBe(1)
  })

  test('of a crop is enlarged, and the cards stand below it', async () => {
    const drawn = await annotate(await grey(120, 60), [readOf('皖A13H25', 0.99)])
    const { width, height } = await sharp(drawn).metadata()
    expect(width).toBe(640)
    expect(height).toBeGreaterThan(320)
  })

  test('puts no text beside a plate that cannot be named', async () => {
    const drawn = await annotate(await grey(120, 60), [readOf('皖A13H25', 0.01)])
    expect((await sharp(drawn).metadata()).height).toBe(320)
  })

  test('puts no card over a plate or another card, and all inside the picture', () => {
    const shifted = [0, 1, 2, 3].map((index) => {
      const read = readOf('皖A13H25', 0.99)
      const [tl, tr, br, bl] = read.corners
      const move = ([x, y]: readonly [number, number]) => [x + 180 * index, y + 90] as const
      return { ...read, corners: [move(tl), move(tr), move(br), move(bl)] as const }
    })
    const boxes = placeCards({ widthPx: 900, heightPx: 600 }, shifted, 16).map(({ box }) => box)
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.widthPx).toBeLessThanOrEqual(900)
      for (const other of [...boxes, ...shifted.map(boxOf)]) {
        if (other === box) continue
        const wide =
          Math.min(box.x + box.widthPx, other.x + other.widthPx) - Math.max(box.x, other.x)
        const high =
          Math.min(box.y + box.heightPx, other.y + other.heightPx) - Math.max(box.y, other.y)
        expect(wide <= 0 || high <= 0).toBe(true)
      }
    }
  })
})

test('a card that stands away from its plate is tied to it by a line', () => {
  const read = readOf('皖A13H25', 0.99)
  const cardAt = (y: number) => ({ read, box: { x: 10, y, widthPx: 100, heightPx: 40 } })
  expect(drawLeader(cardAt(58), 16)).toBe('')
  expect(drawLeader(cardAt(150), 16)).toContain('M60 50L60 150')
})

describe('a contact sheet', () => {
  test('has a place for each tile, at most five across', () => {
    expect(sheetLayout(1)).toMatchObject({ columns: 2 })
    const whole = sheetLayout(sheetMax)
    expect(whole.columns).toBe(5)
    expect(whole.heightPx - sheetLayout(5).heightPx).toBe(
      11 * (sheetLayout(6).heightPx - sheetLayout(5).heightPx),
    )
  })

  test('cuts the plate out with some surroundings, never beyond the picture', () => {
    const read = readOf('皖A13H25', 0.5)
    expect(regionOf(read, { widthPx: 800, heightPx: 600 })).toEqual({
      left: 0,
      top: 9,
      width: 134,
      height: 52,
    })
    expect(regionOf(read, { widthPx: 60, heightPx: 30 })).toEqual({
      left: 0,
      top: 9,
      width: 60,
      height: 21,
    })
    expect(regionOf(read, { widthPx: 5, heightPx: 5 })).toMatchObject({ width: 5, height: 1 })
  })

  test('tells an accepted read beside the labels from one where no plate is', async () => {
    const [miss] = missesOf([outcomeOf([], [['沪A12345', 0.95]])])
    if (miss === undefined) throw new Error('no miss')
    const without = await drawContactSheet('set', [miss])
    const beside = await drawContactSheet('set', [{ ...miss, hasLabels: true }])
    expect(beside.equals(without)).toBe(false)
  })

  test('is drawn even when a picture cannot be opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forecourt-sheet-'))
    await writeFile(join(folder, 'x.jpg'), 'no picture')
    const misses = missesOf([{ ...outcomeOf(['皖A13H25'], [], 'unreadable'), folder }])
    const { widthPx, heightPx } = sheetLayout(1)
    const drawn = await sharp(await drawContactSheet('set', misses)).metadata()
    await rm(folder, { recursive: true })
    expect(drawn).toMatchObject({ format: 'png', width: widthPx, height: heightPx })
  })
})

test('charts are drawn with nothing to show and with much', async () => {
  const none = await drawConfusions('nothing', [])
  const much = await drawConfusions(
    'much',
    [...'京津沪渝冀'].map((truth) => ({ truth, read: '皖', count: 3, places: { 1: 3 } })),
  )
  expect((await sharp(none).metadata()).format).toBe('png')
  expect((await sharp(much).metadata()).height).toBeGreaterThan(
    (await sharp(none).metadata()).height ?? 0,
  )
  for (const outcomes of [[], [outcomeOf(['皖A13H25'], [['皖A13H25', 0.97]])]]) {
    const chart = await drawReliability('set', reliabilityOf(outcomes), plateAcceptConfidence)
    expect((await sharp(chart).metadata()).format).toBe('png')
  }
})
