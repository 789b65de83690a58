import { useCan, useRead } from '../client/use-client'
import { useTenant } from '../session/use-session'
import { isStarted, markStarted } from './started'

/**
 * Hides "Get started" in the navigation of this browser once a user has moved. Who looks at the page then still has its entry, and loses it
 * with the next page.
 *
 * @param is_shown whether the page is the one that is shown
 */
export function useLeavingStarted(is_shown: boolean): void {
  const { tenant_id } = useTenant()
  const enabled = useCan('getFirstSteps') && !isStarted(tenant_id)
  const { data } = useRead('getFirstSteps', {}, { enabled })
  if (enabled && !is_shown && data !== undefined && data.moved > 0) markStarted(tenant_id)
}
