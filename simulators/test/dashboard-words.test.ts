import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ending, EndingReason, FpState, RefuelCancelled, SessionStep } from '@forecourt/contracts'
import { describe, expect, it } from 'vitest'
import { en } from '../src/dashboard/web/words/en.ts'
import { zh } from '../src/dashboard/web/words/zh.ts'
import { PayBehaviour } from '../src/world/world.ts'

type Tree = { readonly [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const key = path === '' ? name : `${path}.${name}`
    return typeof value === 'string' ? [[key, value] as const] : leaves(value, key)
  })
}

const blanksOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)

describe('the words of the dashboard', () => {
  it('have the same keys in Chinese and in English', () => {
    const keys = (tree: Tree) => leaves(tree).map(([key]) => key)
    expect(keys(en)).toEqual(keys(zh))
  })

  it('leave the same blanks to fill in both languages', () => {
    const english = new Map(leaves(en))
    for (const [key, text] of leaves(zh)) {
      expect(new Set(blanksOf(english.get(key) ?? '')), key).toEqual(new Set(blanksOf(text)))
    }
  })

  it('are written in the language they claim to be', () => {
    const bilingual = ['app.language', 'app.languageLabel']
    for (const [key, text] of leaves(en)) {
      expect(text.trim(), key).not.toBe('')
      if (!bilingual.includes(key)) expect(text, key).not.toMatch(/\p{Script=Han}/u)
    }
    for (const [key, text] of leaves(zh)) {
      const words = text.replaceAll(/\{\{\w+\}\}/g, '')
      if (!bilingual.includes(key)) expect(words, key).toMatch(/\p{Script=Han}/u)
    }
  })

  it('name every state, step, ending, reason and behaviour there is', () => {
    for (const words of [zh, en]) {
      expect(new Set(Object.keys(words.state))).toEqual(new Set([...FpState.options]))
      expect(new Set(Object.keys(words.step))).toEqual(new Set([...SessionStep.shape.code.options]))
      expect(new Set(Object.keys(words.ending))).toEqual(new Set([...Ending.options, 'none']))
      expect(new Set(Object.keys(words.reason))).toEqual(new Set([...EndingReason.options]))
      expect(new Set(Object.keys(words.cancel))).toEqual(
        new Set(RefuelCancelled.shape.reason.options),
      )
      expect(new Set(Object.keys(words.behaviour))).toEqual(new Set([...PayBehaviour.options]))
    }
  })

  it('are all spoken somewhere on the page', () => {
    const web = join(import.meta.dirname, '../src/dashboard/web')
    const source = globSync('{*.tsx,{bay,panels,path,world}/*.{ts,tsx},words/i18n.ts}', {
      cwd: web,
    })
      .map((path) => readFileSync(join(web, path), 'utf8'))
      .join('\n')
    const isSpoken = (key: string) => {
      const [group = '', name = ''] = key.split('.')
      return (
        source.includes(`'${key}'`) ||
        source.includes(`\`${group}.\${`) ||
        (group === 'why' && source.includes(`'${name}'`))
      )
    }
    const unspoken = leaves(zh)
      .map(([key]) => key)
      .filter((key) => !isSpoken(key))
    expect(unspoken).toEqual([])
  })
})
