// Who is signed in, and the access token: in the memory of this tab only.
import type { Role } from '../../../src/contract/roles.ts'
import { problemOf, ProblemError, unreachable } from '../client/problem-error'
import { learnStoreState } from '../client/store-state'
import { signInUrl } from './sign-in'

/** A tenant in which the admin has a role. `issuer`: that of its tokens, with the trailing slash. */
export type TenantOfAdmin = {
  tenant_id: string
  name: string
  domain: string
  issuer: string
  role: Role
  plan: string
}

/** The admin who is signed in. */
export type Session = {
  user: { user_id: string; name: string | null; email: string | null }
  tenants: TenantOfAdmin[]
}

type SessionAnswer = Session & { access_token: string; expires_in: number }

/** What the page knows of the session. `ended`: the admin was signed in; sign-in is offered over the page. */
export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed_out' }
  | { status: 'signed_in' | 'ended'; session: Session }
  | { status: 'failed'; error: ProblemError }

// A token is replaced before it expires on the way.
const early_ms = 30_000
// What a role does not permit is refused at each request of it.
const again_ms = 30_000
const channel_name = 'wherry.session'

let state: SessionState = { status: 'unknown' }
let token: { text: string; until: number } | undefined
let pending: Promise<string> | undefined
let resume: (() => void) | undefined
let read_again_at = -Infinity
const listeners = new Set<() => void>()
// Signed in or out in another window of this browser.
const channel = new BroadcastChannel(channel_name)
channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'signed_in') void resumeSession()
  if (data === 'signed_out') endSession()
})

function change(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

/** The state of the session, for `useSyncExternalStore`. */
export const sessionState = (): SessionState => state

/** Calls `listener` after each change of the state. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const headers = { 'wherry-dashboard': '1' }

/** Asks the server for a token of this browser's session. @throws {ProblemError} 401 where there is none */
async function fetchSession(): Promise<SessionAnswer> {
  try {
    const response = await fetch('/session', { headers, cache: 'no-store' })
    learnStoreState(response, true)
    if (!response.ok) throw await problemOf(response)
    return (await response.json()) as SessionAnswer
  } catch (error) {
    throw unreachable(error)
  }
}

function accept({ access_token, expires_in, user, tenants }: SessionAnswer): string {
  if ('session' in state && state.session.user.user_id !== user.user_id) {
    // Another admin signed in: what the first one typed must not be sent as the second.
    change({ status: 'ended', session: state.session })
    location.assign('/')
    throw new ProblemError(401, 'another_admin', 'Another admin signed in.')
  }
  token = { text: access_token, until: Date.now() + expires_in * 1000 - early_ms }
  change({ status: 'signed_in', session: { user, tenants } })
  return access_token
}

function endSession(): void {
  token = undefined
  if (state.status === 'signed_in') change({ status: 'ended', session: state.session })
}

async function resumeSession(): Promise<void> {
  try {
    accept(await fetchSession())
    resume?.()
    resume = undefined
  } catch {
    // The sign-in did not succeed: the dialog stays.
  }
}

async function renew(): Promise<string> {
  for (;;) {
    try {
      return accept(await fetchSession())
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401 || state.status !== 'signed_in') throw error
      endSession()
    }
    await new Promise<void>((resolve) => {
      resume = resolve
    })
  }
}

/**
 * The access token, renewed where it is about to expire or was refused. Where the session has ended, the promise waits for the next
 * sign-in, so that a form that is being sent is not lost.
 *
 * @throws {ProblemError} where the server does not answer
 */
export async function readToken({ is_refused = false } = {}): Promise<string> {
  if (!is_refused && token && token.until > Date.now()) return token.text
  pending ??= renew().finally(() => (pending = undefined))
  return await pending
}

/**
 * Reads the session again where a refusal says that the roles may be others than those that the page knows: that the admin has no role in the
 * tenant, or one that does not permit the request. The latter at most every 30 s.
 */
export function noteRefusal({ code }: ProblemError): void {
  if (state.status !== 'signed_in') return
  const has_no_role = code === 'inexistent_tenant'
  if (!has_no_role && (code !== 'insufficient_scope' || performance.now() - read_again_at < again_ms)) return
  read_again_at = performance.now()
  readToken({ is_refused: true }).catch(() => {
    // The server does not answer: the next refusal asks again.
  })
}

/** Reads the session once, when the page opens. */
export async function openSession(): Promise<void> {
  try {
    accept(await fetchSession())
  } catch (error) {
    const problem = error as ProblemError
    change(problem.status === 401 ? { status: 'signed_out' } : { status: 'failed', error: problem })
  }
}

/** Leaves for the sign-in, which comes back to the address of this page. */
export async function signIn(): Promise<void> {
  const { pathname, search, hash } = location
  location.assign(await signInUrl(pathname === '/signed-out' ? '/' : `${pathname}${search}${hash}`, false))
}

/** Opens the sign-in in a window of its own. Must be called by a click. */
export async function signInBeside(): Promise<void> {
  const opened = window.open('about:blank', 'wherry-sign-in', 'width=480,height=720')
  const url = await signInUrl('/', true)
  if (opened) opened.location.assign(url)
  else window.open(url, '_blank')
}

/** The window of a sign-in reports to the others, and closes. */
export function reportSignedIn(): void {
  channel.postMessage('signed_in')
  window.close()
}

/**
 * Changes the admin's own password, which needs the current one. The other sessions end; this browser has a new one.
 *
 * @throws {ProblemError} `invalid_grant` for a wrong current password, `invalid_password` for a new one that is too weak
 */
export async function changePassword(passwords: { current_password: string; password: string }): Promise<void> {
  try {
    const response = await fetch('/session/password', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(passwords),
    })
    if (!response.ok) throw await problemOf(response)
  } catch (error) {
    throw unreachable(error)
  }
  token = undefined
}

/** Signs out in this browser, or, with `everywhere`, ends all sessions of the admin. @throws {ProblemError} */
export async function signOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  try {
    const response = await fetch(everywhere ? '/sessions' : '/session', { method: 'DELETE', headers })
    if (!response.ok && response.status !== 401) throw await problemOf(response)
  } catch (error) {
    throw unreachable(error)
  }
  channel.postMessage('signed_out')
  token = undefined
  location.assign('/signed-out')
}
