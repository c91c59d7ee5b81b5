import { useEffect, useState } from 'react'
import type { WorldSnapshot } from '../../../world/world.ts'

export type Seen = {
  /** The newest snapshot, or null until the first came. */
  readonly world: WorldSnapshot | null
  readonly link: 'connecting' | 'live' | 'lost'
  /** Whether the gateway was ever there: tells "starting" from "down". */
  readonly hadStation: boolean
}

/** "Starting" and "down" look alike from outside; what tells them apart is whether it ever was up. */
export function gatewayState({ world, hadStation }: Seen): 'up' | 'starting' | 'down' {
  if (world !== null && world.station !== null) return 'up'
  const hasHistory = hadStation || (world !== null && world.counts.refuels > 0)
  return hasHistory ? 'down' : 'starting'
}

const nothingYet: Seen = { world: null, link: 'connecting', hadStation: false }
/** A browser gives an EventSource up for good after a refusal; then we open another. */
const reopenAfterMs = 2_000

/** Follows the world's stream for as long as the page shows it. */
export function useWorld(): Seen {
  const [seen, setSeen] = useState(nothingYet)
  useEffect(() => {
    let source: EventSource | null = null
    let reopen: ReturnType<typeof setTimeout> | undefined
    const open = () => {
      source = new EventSource('/api/world/stream')
      source.addEventListener('snapshot', (event: MessageEvent<string>) => {
        const world: WorldSnapshot = JSON.parse(event.data)
        setSeen((last) => ({
          world,
          link: 'live',
          hadStation: last.hadStation || world.station !== null,
        }))
      })
      source.addEventListener('error', () => {
        setSeen((last) => ({ ...last, link: last.world === null ? 'connecting' : 'lost' }))
        if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, reopenAfterMs)
      })
    }
    open()
    return () => {
      clearTimeout(reopen)
      source?.close()
    }
  }, [])
  return seen
}
