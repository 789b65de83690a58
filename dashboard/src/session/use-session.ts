import { useParams } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { onSessionChange, sessionState, type Session, type SessionState, type TenantOfAdmin } from './session'

/** The state of the session. */
export function useSessionState(): SessionState {
  return useSyncExternalStore(onSessionChange, sessionState)
}

/** The admin who is signed in. Only below the shell, which shows nothing without a session. */
export function useSession(): Session {
  const state = useSessionState()
  if (!('session' in state)) throw new Error('No admin is signed in')
  return state.session
}

/** The tenant in the address of the page, with the admin's role in it. Only below `/t/{tenant_id}`. */
export function useTenant(): TenantOfAdmin {
  const { tenant_id } = useParams({ strict: false })
  const tenant = useSession().tenants.find((one) => one.tenant_id === tenant_id)
  if (!tenant) throw new Error('The page is not below the address of a tenant')
  return tenant
}
