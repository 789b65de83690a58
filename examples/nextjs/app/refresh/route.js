import { auth0 } from '../../lib/auth0.js'

export async function GET() {
  const { expiresAt } = await auth0.getAccessToken({ refresh: true })
  return new Response(`The new access token expires at ${new Date(expiresAt * 1000).toISOString()}.`)
}
