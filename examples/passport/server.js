import express from 'express'
import session from 'express-session'
import passport from 'passport'
import Auth0Strategy from 'passport-auth0'

const { PORT = '3000', AUTH0_DOMAIN = 'localhost:8443', CLIENT_ID, CLIENT_SECRET, SECRET } = process.env
const origin = `http://localhost:${PORT}`

passport.use(
  new Auth0Strategy(
    { domain: AUTH0_DOMAIN, clientID: CLIENT_ID, clientSecret: CLIENT_SECRET, callbackURL: `${origin}/callback` },
    (accessToken, refreshToken, extraParams, profile, done) => done(null, profile),
  ),
)
// The session keeps the whole profile. An application with users of its own keeps their id here.
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
// Sessions in memory are lost when the process ends: use a session store of express-session in production.
app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }))
app.use(passport.session())

app.get('/', (request, response) => {
  const links = request.isAuthenticated()
    ? '<a href="/profile">Profile</a> <a href="/logout">Log out</a>'
    : '<a href="/login">Log in</a> <a href="/sign-up">Sign up</a>'
  response.send(`<!doctype html><title>Passport</title><h1>Passport</h1><p>${links}</p>`)
})

app.get('/login', passport.authenticate('auth0', { scope: 'openid profile email' }))

app.get('/sign-up', passport.authenticate('auth0', { scope: 'openid profile email', screen_hint: 'signup' }))

app.get('/callback', passport.authenticate('auth0', { failureRedirect: '/' }), (request, response) =>
  response.redirect('/'),
)

app.get('/profile', (request, response) => {
  if (!request.isAuthenticated()) return response.redirect('/login')
  return response.json(request.user)
})

// Logs out here, then at Wherry.
app.get('/logout', (request, response, next) => {
  request.logout((error) => {
    if (error) return next(error)
    const query = new URLSearchParams({ client_id: CLIENT_ID, returnTo: `${origin}/` })
    return response.redirect(`https://${AUTH0_DOMAIN}/v2/logout?${query}`)
  })
})

app.listen(Number(PORT), 'localhost', () => console.log(origin))
