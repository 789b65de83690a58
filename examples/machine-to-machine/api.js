// An API that accepts Wherry's access tokens.
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { PORT = '3000', ISSUER = 'https://localhost:8443/', AUDIENCE = 'https://orders.example/' } = process.env
const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', ISSUER))

/** Continues where the request has an access token of this issuer, for this API, with the scope. */
function requireScope(scope) {
  return async (request, response, next) => {
    const [, token] = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '') ?? []
    if (token === undefined) return response.status(401).set('www-authenticate', 'Bearer').end()
    try {
      const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'] })
      if (!String(payload.scope).split(' ').includes(scope)) {
        return response.status(403).set('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`).end()
      }
      request.caller = payload.sub
    } catch {
      return response.status(401).set('www-authenticate', 'Bearer error="invalid_token"').end()
    }
    return next()
  }
}

const app = express()
app.get('/orders', requireScope('read:orders'), (request, response) =>
  response.json({ orders: [{ id: 1, total: 42 }], caller: request.caller }),
)
app.listen(Number(PORT), 'localhost', () => console.log(`http://localhost:${PORT}`))
