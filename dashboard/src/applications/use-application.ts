import type { UseQueryResult } from '@tanstack/react-query'
import type { ProblemError } from '../client/problem-error'
import { useRead } from '../client/use-client'
import type { Client } from './client-types'

/** An application without its secret, and without the certificates of the tenant: they stay on the server until they are asked for. */
export function useApplication(client_id: string): UseQueryResult<Client, ProblemError> {
  return useRead('getClient', { id: client_id, fields: 'client_secret,signing_keys', include_fields: false })
}
