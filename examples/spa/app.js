import { createAuth0Client } from '@auth0/auth0-spa-js'

const { domain, clientId } = await (await fetch('/settings.json')).json()
const show = (id, text) => (document.getElementById(id).textContent = text)
const onClick = (id, work) => document.getElementById(id).addEventListener('click', () => work().catch(showProblem))
const showProblem = (error) => show('problem', error.message)

const auth0 = await createAuth0Client({
  domain,
  clientId,
  // Tokens are kept in memory. After a reload there is no refresh token: then a hidden frame asks for new tokens.
  useRefreshTokens: true,
  useRefreshTokensFallback: true,
  authorizationParams: { redirect_uri: `${location.origin}/`, scope: 'openid profile email' },
})

onClick('log-in', () => auth0.loginWithRedirect())
onClick('sign-up', () => auth0.loginWithRedirect({ authorizationParams: { screen_hint: 'signup' } }))
onClick('log-out', () => auth0.logout({ logoutParams: { returnTo: `${location.origin}/` } }))
onClick('log-in-in-window', async () => {
  await auth0.loginWithPopup()
  await showUser()
})
onClick('refresh', async () => {
  await auth0.getTokenSilently({ cacheMode: 'off' })
  show('refreshed', 'There is a new access token.')
})

// The login page comes back with a code, or with an error.
if (/[?&](code|error)=/.test(location.search)) {
  await auth0.handleRedirectCallback().catch(showProblem)
  history.replaceState(null, '', '/')
}

async function showUser() {
  const user = await auth0.getUser()
  show('profile', JSON.stringify(user, null, 2))
  document.getElementById('logged-out').hidden = user !== undefined
  document.getElementById('logged-in').hidden = user === undefined
}
await showUser()
