import { auth0 } from '../lib/auth0.js'

// The links are plain ones: the router must not prefetch them.
export default async function Page() {
  const session = await auth0.getSession()
  if (session === null) {
    return (
      <p>
        <a href="/auth/login">Log in</a> <a href="/auth/login?screen_hint=signup">Sign up</a>
      </p>
    )
  }
  return (
    <>
      <pre id="profile">{JSON.stringify(session.user, null, 2)}</pre>
      <p>
        <a href="/refresh">Refresh</a> <a href="/auth/logout">Log out</a>
      </p>
    </>
  )
}
