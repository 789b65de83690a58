import type { TourRecorder } from './tour-recorder.ts'

/** A part of the tour with a server of its own. */
export type Chapter = {
  name: string
  /** Settings of its server. */
  env?: Record<string, string>
  /** Sends the requests, in order. */
  run(tour: TourRecorder): Promise<void>
}
