import type { AuthorisationTables } from '../authorisations/authorisations.schema.ts'
import type { IngestTables } from '../ingest/ingest.schema.ts'
import type { LedgerTables } from '../ledger/ledger.schema.ts'
import type { MemberTables } from '../members/members.schema.ts'
import type { PaymentTables } from '../payments/payments.schema.ts'
import type { SettlementTables } from '../settlements/settlements.schema.ts'
import type { StationTables } from '../stations/stations.schema.ts'

/** PostgreSQL as `migrations/` leaves it, a context each. A context's tables are only touched by its own `*.repo.ts`. */
export type Database = StationTables &
  MemberTables &
  IngestTables &
  SettlementTables &
  PaymentTables &
  AuthorisationTables &
  LedgerTables
