import type { UseQueryResult } from '@tanstack/react-query'
import type { Answer, Input } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useRead } from '../client/use-client'

type CountName = 'getMigrationGroups' | 'getMigrationReport' | 'getPreflight'

const counting_ms = 1000

/** Reads people who are counted in parts: again each second while they are being counted, and else as often as `every_ms` says. */
export function useCounts<N extends CountName>(
  name: N,
  input: Input<N>,
  every_ms?: number,
): UseQueryResult<Answer<N>, ProblemError> {
  const read = useRead(name, input, every_ms === undefined ? {} : { every_ms })
  const is_counting = (read.data as { is_counting?: boolean } | undefined)?.is_counting === true
  // The same request, more often: both share one answer.
  useRead(name, input, { every_ms: counting_ms, enabled: is_counting })
  return read
}
