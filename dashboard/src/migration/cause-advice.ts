import type { Answer } from '../client/contract-types'

type CauseKind = Answer<'getMigrationCauses'>['people'][number]['kind']

/** What an admin can do about a cause: the keys of the texts for it. */
export type Advice = {
  advice: 'decide' | 'review' | 'script' | 'store' | 'server' | 'second' | 'drift'
  action: Action
}
/** The key of the text of the one action of a cause. */
export type Action = 'decide' | 'review' | 'script' | 'wait'

const advices: Record<string, Advice> = {
  collision: { advice: 'decide', action: 'decide' },
  profile_refused: { advice: 'decide', action: 'decide' },
  blocked: { advice: 'review', action: 'review' },
  denied_by_script: { advice: 'review', action: 'review' },
  refused_by_script: { advice: 'review', action: 'review' },
  excluded: { advice: 'review', action: 'review' },
  denied_by_rule: { advice: 'script', action: 'wait' },
  saturated: { advice: 'server', action: 'wait' },
  rules_not_run: { advice: 'server', action: 'wait' },
  rule_error: { advice: 'script', action: 'wait' },
  script_error: { advice: 'script', action: 'script' },
  out_of_memory: { advice: 'script', action: 'script' },
  second_factor_unsupported: { advice: 'second', action: 'review' },
  drift: { advice: 'drift', action: 'script' },
}

/** The advices of causes that a decision ends. The others end with a corrected script, or by themselves. */
export const decidable: ReadonlySet<Advice['advice']> = new Set(['decide', 'review', 'second'])

// The row of a directory, alone or with another one, a refusal and a rehearsal that foretells one.
const to_decide: ReadonlySet<CauseKind> = new Set(['problem', 'shared', 'refused', 'rehearsal'])

/** The advice for a cause. An outcome without an advice of its own is an outage. */
export function adviceOf(kind: CauseKind, cause: string): Advice {
  if (to_decide.has(kind)) return { advice: 'decide', action: 'decide' }
  return advices[cause] ?? { advice: 'store', action: 'wait' }
}
