import { z } from 'zod'

/** Zod would try `new Function` for speed; the page's content policy forbids it, loudly. */
z.config({ jitless: true })
