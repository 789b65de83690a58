// A program without a user: it gets an access token for itself and calls the API.
import { AuthClient } from '@auth0/auth0-auth-js'

const {
  API = 'http://localhost:3000',
  AUTH0_DOMAIN = 'localhost:8443',
  AUDIENCE = 'https://orders.example/',
} = process.env
const { CLIENT_ID, CLIENT_SECRET } = process.env

const client = new AuthClient({ domain: AUTH0_DOMAIN, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET })
// Keep the token until it expires: one request for a token per call is slow.
const { accessToken } = await client.getTokenByClientCredentials({ audience: AUDIENCE })

const answer = await fetch(`${API}/orders`, { headers: { authorization: `Bearer ${accessToken}` } })
if (!answer.ok) throw new Error(`The API answered ${answer.status}.`)
console.log(JSON.stringify(await answer.json()))
