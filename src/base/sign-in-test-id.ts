import { digestText } from './digest.ts'

/** How the client_id of a sign-in test begins. */
export const sign_in_test_prefix = 'sign_in_test.'

const sealed_id = /sign_in_test\.([\w-]{40,})/g
const digest_length = 20

/** Whether a client_id is that of a sign-in test. */
export const isSignInTest = (client_id: string): boolean => client_id.startsWith(sign_in_test_prefix)

/**
 * A text with a digest in place of the sealed part of each sign-in test's client_id: who reads it can relate what belongs to one test, and
 * not use the test.
 */
export function maskSignInTests(text: string): string {
  if (!text.includes(sign_in_test_prefix)) return text
  return text.replaceAll(sealed_id, (id) => `${sign_in_test_prefix}${digestText(id).slice(0, digest_length)}`)
}
