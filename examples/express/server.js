import express from 'express'
import openidConnect from 'express-openid-connect'

const { PORT = '3000', ISSUER = 'https://localhost:8443/', CLIENT_ID, CLIENT_SECRET, SECRET } = process.env

const { auth, requiresAuth } = openidConnect

const app = express()

// Adds /login, /logout and /callback.
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    clientAuthMethod: 'client_secret_post',
    secret: SECRET,
    authRequired: false,
    // Log out of Wherry, too, by its /v2/logout.
    idpLogout: true,
    auth0Logout: true,
    authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
  }),
)

app.get('/', (request, response) => {
  const links = request.oidc.isAuthenticated()
    ? '<a href="/profile">Profile</a> <a href="/refresh">Refresh</a> <a href="/logout">Log out</a>'
    : '<a href="/login">Log in</a> <a href="/sign-up">Sign up</a>'
  response.send(`<!doctype html><title>Express</title><h1>Express</h1><p>${links}</p>`)
})

app.get('/sign-up', (request, response) =>
  response.oidc.login({ returnTo: '/', authorizationParams: { screen_hint: 'signup' } }),
)

app.get('/profile', requiresAuth(), (request, response) => response.json(request.oidc.user))

app.get('/refresh', requiresAuth(), async (request, response) => {
  const { expires_in } = await request.oidc.accessToken.refresh()
  response.send(`The new access token expires in ${expires_in} seconds.`)
})

app.listen(Number(PORT), 'localhost', () => console.log(`http://localhost:${PORT}`))
