import type { Background } from '../base/background.ts'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { LegacyStore } from '../migration/legacy-store.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import type { Flights } from './flights.ts'

/** The parts that the login room works with. */
export type LoginParts = {
  db: Db
  clock: Clock
  log: ProcessLog
  background: Background
  sealer: Sealer
  legacy: LegacyStore
  passwords: Passwords
  /** One attempt at a time per identifier and address; equal attempts share one. */
  attempts: Flights
  /** One question to the legacy store at a time per identifier; equal questions share one. */
  questions: Flights
  site: { scheme: 'http' | 'https' }
  mailing: { wake(): void }
}
