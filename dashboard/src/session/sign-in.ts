// The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636) against the endpoints of this origin.
const client_id = 'wherry-dashboard'
const storage_key = 'wherry.sign-in'
const pending_max = 5

/** `window`: the sign-in runs in a window of its own, beside the page that keeps what was typed. */
type Pending = { state: string; verifier: string; return_to: string; window: boolean }

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

const redirectUri = (): string => `${location.origin}/signed-in`

function readPending(): Pending[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storage_key) ?? '[]')
    return Array.isArray(stored) ? (stored as Pending[]) : []
  } catch {
    return []
  }
}

// Two tabs may sign in at the same time, and the window of a sign-in shares this storage.
function keep(pending: Pending): void {
  localStorage.setItem(storage_key, JSON.stringify([pending, ...readPending()].slice(0, pending_max)))
}

/** The address of the sign-in, which comes back to `return_to`. */
export async function signInUrl(return_to: string, in_window: boolean): Promise<string> {
  const [state, verifier] = [random(), random()]
  const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
  // A path of this origin: `//host` would be another one.
  keep({ state, verifier, return_to: return_to.startsWith('//') ? '/' : return_to, window: in_window })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirectUri(),
    scope: 'openid profile email',
    state,
    code_challenge: base64url(challenge),
    code_challenge_method: 'S256',
  })
  return `/authorize?${query.toString()}`
}

/** How a sign-in ended. Without a `problem`, it was not begun in this browser, or was completed before. */
export type SignedIn = { return_to: string; window: boolean } | { problem?: string }

/** Redeems the code in the address of this page. Only the tab's own sign-in is accepted: its `state` was stored before. */
export async function completeSignIn(search: URLSearchParams): Promise<SignedIn> {
  const all = readPending()
  const pending = all.find(({ state }) => state === search.get('state'))
  localStorage.setItem(storage_key, JSON.stringify(all.filter((one) => one !== pending)))
  if (!pending) return {}
  const refused = search.get('error_description') ?? search.get('error')
  if (refused !== null) return { problem: refused }
  const code = search.get('code')
  if (code === null) return {}
  const response = await fetch('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'authorization_code',
      client_id,
      code,
      code_verifier: pending.verifier,
      redirect_uri: redirectUri(),
    }),
  })
  if (response.ok) return { return_to: pending.return_to, window: pending.window }
  const answer = (await response.json().catch(() => ({}))) as { error_description?: string }
  return { problem: answer.error_description ?? response.statusText }
}
