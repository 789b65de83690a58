import { Auth0Provider } from '@auth0/auth0-react'
import React from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.jsx'

const { VITE_AUTH0_DOMAIN = 'localhost:8443', VITE_AUTH0_CLIENT_ID } = import.meta.env

createRoot(document.getElementById('root')).render(
  <React.StrictMode>
    <Auth0Provider
      domain={VITE_AUTH0_DOMAIN}
      clientId={VITE_AUTH0_CLIENT_ID}
      useRefreshTokens
      useRefreshTokensFallback
      authorizationParams={{ redirect_uri: `${location.origin}/`, scope: 'openid profile email' }}
    >
      <App />
    </Auth0Provider>
  </React.StrictMode>,
)
