import type { TourRecorder } from './tour-recorder.ts'

/** A part of the tour with a server of its own. */
export type Chapter = {
  name: string
  /** Settings of its server. */
  env?: Record<string, string>
  /** Whether it needs the time that password hashes take in production. Where it is replayed, those of the others cost almost nothing. */
  production_hashes?: true
  /** Sends the requests, in order. */
  run(tour: TourRecorder): Promise<void>
}
