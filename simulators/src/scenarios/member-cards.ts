import type { MemberCard } from '../box/index.ts'
import type { Random } from './random.ts'
import { randomPlate } from './random-plate.ts'

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const givenNames = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚'

/** What a full wallet holds at registration: enough for any one fill, and far under the day's limit. */
export const openingFen = 200_000

/**
 * Members as a station could have them: half pay from a wallet, half through the provider, every
 * one with a car and a plate of his own.
 */
export function randomMembers(
  random: Random,
  wanted: { readonly count: number; readonly prefix: string },
): readonly MemberCard[] {
  const taken = new Set<string>()
  return Array.from({ length: wanted.count }, (_, index) => {
    const plate = randomPlate(random, taken)
    taken.add(plate)
    return memberCard({ number: index + 1, prefix: wanted.prefix, plate, name: randomName(random) })
  })
}

/** The card of one member: odd numbers pay from the wallet, even ones through the provider. */
export function memberCard(member: {
  readonly number: number
  readonly prefix: string
  readonly plate: string
  readonly name: string
}): MemberCard {
  const memberId = `${member.prefix}-${member.number}`
  const isWallet = member.number % 2 === 1
  return {
    memberId,
    displayName: member.name,
    plate: member.plate,
    vehicleId: `car-${memberId}`,
    tankCapacityMl: 60_000,
    grades: null,
    payment: isWallet
      ? { kind: 'stored_value' }
      : { kind: 'sandbox', contractId: `contract-${memberId}` },
    openingFen: isWallet ? openingFen : 0,
  }
}

function randomName(random: Random): string {
  const pick = (characters: string) => characters.charAt(random.between(0, characters.length - 1))
  return `${pick(surnames)}${pick(givenNames)}${pick(givenNames)}`
}
