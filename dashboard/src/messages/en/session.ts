export const session = {
  endedTitle: 'Your session has ended',
  endedText: 'Sign in again to go on. This page stays as it is, and nothing that you typed is lost.',
  signInBeside: 'Sign in',
  signInFailed: 'The sign-in did not succeed',
  notBegun: 'This sign-in was not begun in this browser, or was completed before.',
  signingIn: 'Signing in',
  signedInWindow: 'You are signed in. You can close this window.',
  signInAgain: 'Sign in again',
  signedOut: 'You are signed out',
}
