// Lock is published without a bundle. This one sets a global variable, as the script of Auth0's CDN does.
import { Auth0Lock } from 'auth0-lock'

window.Auth0Lock = Auth0Lock
