import { useAuth0 } from '@auth0/auth0-react'
import React, { useState } from 'react'

export function App() {
  const { isLoading, isAuthenticated, error, user, loginWithRedirect, getAccessTokenSilently, logout } = useAuth0()
  const [refreshed, setRefreshed] = useState('')

  const refresh = async () => {
    await getAccessTokenSilently({ cacheMode: 'off' })
    setRefreshed('There is a new access token.')
  }

  if (isLoading) return <p>Loading</p>
  if (!isAuthenticated) {
    return (
      <>
        <h1>React</h1>
        {error && <p role="alert">{error.message}</p>}
        <button onClick={() => loginWithRedirect()}>Log in</button>
        <button onClick={() => loginWithRedirect({ authorizationParams: { screen_hint: 'signup' } })}>Sign up</button>
      </>
    )
  }
  return (
    <>
      <h1>React</h1>
      <pre id="profile">{JSON.stringify(user, null, 2)}</pre>
      <button onClick={refresh}>Refresh</button>
      <button onClick={() => logout({ logoutParams: { returnTo: `${location.origin}/` } })}>Log out</button>
      <p id="refreshed">{refreshed}</p>
    </>
  )
}
