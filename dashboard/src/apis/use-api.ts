import type { UseQueryResult } from '@tanstack/react-query'
import type { Answer } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useRead } from '../client/use-client'

/** An API. */
export type Api = Answer<'getResourceServer'>

/** The API of a page. */
export function useApi(api_id: string): UseQueryResult<Api, ProblemError> {
  return useRead('getResourceServer', { id: api_id })
}

/** The name of an API; its identifier where it has none. */
export const nameOfApi = ({ name, identifier }: Pick<Api, 'name' | 'identifier'>): string => name ?? identifier
