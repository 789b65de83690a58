import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'

const route = getRouteApi('/t/$tenant_id/users/$user_id')

/** The user of the address, whom the frame of the page has read; undefined for a moment after the user was deleted. */
export function useUser(): Answer<'getUser'> | undefined {
  const { user_id } = route.useParams()
  return useRead('getUser', { id: user_id }).data
}
