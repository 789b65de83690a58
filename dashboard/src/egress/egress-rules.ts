import type { ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'

/** What code of the tenant may connect to. */
export type EgressRules = { mode: 'open' | 'allow_list'; allow: string[] }

/** The egress rules of one thing, and how they are changed. */
export type EgressAccess = {
  rules: EgressRules
  /** The operation that changes them. */
  call: RouteName
  is_busy: boolean
  save: (next: EgressRules, onDone: () => void) => void
  /** A test of a destination, where there is one. */
  renderTest?: (destination: string, options?: { is_at_once: boolean }) => ReactElement
}
