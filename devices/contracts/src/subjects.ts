/** Replies go under here and nowhere else: a reply is never sent to a subject of another kind. */
export const inboxes = '_INBOX'

/**
 * NATS subjects. A station may publish its own `events` and ask its own questions; the
 * server's user permissions enforce that (see `cloud/nats/nats.conf`).
 */
export const subjects = {
  /** JetStream, one event a message, `Nats-Msg-Id` = eventId; order is kept per fuelling point. */
  event: (stationId: string, fuellingPoint: number) =>
    `forecourt.events.${stationId}.${fuellingPoint}`,
  eventsOfAll: 'forecourt.events.>',
  /** Core NATS, a `ReceiptBatch` or an `EventRefusal`. Lost ones do no harm: the event is sent again. */
  receipts: (stationId: string) => `forecourt.receipts.${stationId}`,
  /** Request and reply: `AuthorisationRequest` → `AuthorisationAnswer` (or `Refusal`). */
  authorise: (stationId: string) => `forecourt.ask.${stationId}.authorise`,
  /** Request and reply: `SettlementQuery` → `SettlementBatch` (or `Refusal`). */
  settlements: (stationId: string) => `forecourt.ask.${stationId}.settlements`,
  asksOfAll: 'forecourt.ask.*.*',
  /** Where the server's and the cloud's replies to one station go; no other may listen there. */
  inbox: (stationId: string) => `${inboxes}.${stationId}`,
} as const

/** The JetStream stream that holds events until the cloud has committed them. */
export const eventStream = 'FORECOURT_EVENTS'

/** The HTTP paths of the same exchange, under the cloud's base URL; bearer token = station token. */
export const stationPaths = {
  events: (stationId: string) => `/v1/stations/${stationId}/events`,
  authorisations: (stationId: string) => `/v1/stations/${stationId}/authorisations`,
  settlements: (stationId: string) => `/v1/stations/${stationId}/settlements`,
} as const
