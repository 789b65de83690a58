import { auth0 } from './lib/auth0.js'

// Answers /auth/login, /auth/logout and /auth/callback, and renews the session of every other request.
export async function proxy(request) {
  return await auth0.middleware(request)
}

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] }
