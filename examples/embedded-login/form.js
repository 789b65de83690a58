/* global auth0 */
const { domain, clientId, connection } = await (await fetch('/settings.json')).json()
const element = (id) => document.getElementById(id)
const form = element('logged-out')

const webAuth = new auth0.WebAuth({
  domain,
  clientID: clientId,
  redirectUri: `${location.origin}/`,
  responseType: 'token id_token',
  scope: 'openid profile email',
})

/** Shows an error of auth0-js, or goes on with the result. */
const orProblem = (work) => (error, result) => {
  element('problem').textContent = error ? `${error.code}: ${JSON.stringify(error.description)}` : ''
  if (!error) work(result)
}
const notice = (text) => (element('notice').textContent = text)
const typed = () => ({ connection, email: form.email.value, password: form.password.value })

function show(result) {
  const claims = result?.idTokenPayload
  element('profile').textContent = claims ? JSON.stringify(claims, null, 2) : ''
  element('logged-in').hidden = !claims
  form.hidden = Boolean(claims)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const { email, password } = typed()
  // A right password leads to the login server and back, with the tokens in the fragment.
  webAuth.login({ realm: connection, email, password }, orProblem(show))
})
element('sign-up').addEventListener('click', () =>
  webAuth.signup(
    typed(),
    orProblem(({ email }) => notice(`${email} is signed up.`)),
  ),
)
element('forgot').addEventListener('click', () =>
  webAuth.changePassword({ connection, email: form.email.value }, orProblem(notice)),
)
// A hidden frame asks the login server for new tokens, as long as its session lives.
element('refresh').addEventListener('click', () =>
  webAuth.checkSession(
    {},
    orProblem((result) => {
      show(result)
      notice('There are new tokens.')
    }),
  ),
)
element('log-out').addEventListener('click', () =>
  webAuth.logout({ clientID: clientId, returnTo: `${location.origin}/` }),
)

webAuth.parseHash(
  { hash: location.hash },
  orProblem((result) => {
    history.replaceState(null, '', '/')
    show(result)
  }),
)
