/* global Auth0Lock */
const { domain, clientId } = await (await fetch('/settings.json')).json()
const element = (id) => document.getElementById(id)
const returnTo = `${location.origin}/lock.html`

const lock = new Auth0Lock(clientId, domain, {
  // Without this Lock asks gravatar.com for a picture of what is typed.
  avatar: null,
  auth: { redirectUrl: returnTo, responseType: 'token id_token', params: { scope: 'openid profile email' } },
  languageDictionary: {
    title: 'Example',
    error: {
      login: { temporarily_unavailable: 'Your password could not be checked right now. Please try again later.' },
    },
  },
})

lock.on('authenticated', ({ idTokenPayload }) => {
  element('profile').textContent = JSON.stringify(idTokenPayload, null, 2)
  element('logged-in').hidden = false
  element('log-in').hidden = true
})
lock.on('authorization_error', ({ error, errorDescription }) => {
  element('problem').textContent = `${error}: ${errorDescription}`
})
element('log-in').addEventListener('click', () => lock.show())
element('log-out').addEventListener('click', () => lock.logout({ returnTo }))
