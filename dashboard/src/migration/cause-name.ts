import type { Answer, Input } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'

type CauseFilter = NonNullable<Input<'listMigrationRecords'>['cause']>
type Cause = Pick<Answer<'getMigrationCauses'>['people'][number], 'kind' | 'cause'>

/** The text of a cause. */
export function useCauseName(): (cause: Cause) => string {
  const { migration, rehearsal } = useMessages()
  return ({ kind, cause }) => {
    if (kind === 'drift') return migration.drift
    if (kind === 'refused') return migration.refusedBefore
    if (kind === 'rehearsal') return migration.rehearsed((rehearsal.outcomes as Record<string, string>)[cause] ?? cause)
    return ({ ...migration.outcomes, ...migration.problems } as Record<string, string>)[cause] ?? cause
  }
}

/** A cause in one text, as the filter of a list names it. */
export const causeKey = ({ kind, cause }: Cause): CauseFilter => `${kind}:${cause}` as CauseFilter
