/**
 * One way in which Wherry refuses a request. `error` is the OAuth code (RFC 6749 section 5.2, or Auth0's own)
 * where the OAuth endpoints answer it; the Management API answers `errorCode` (absent where Auth0 sends none).
 */
export type Problem = { status: number; error?: string; errorCode?: string; message: string }
