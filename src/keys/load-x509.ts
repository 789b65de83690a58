import type * as X509 from '@peculiar/x509'

/**
 * The library of certificates. It takes a tenth of a second and twenty megabytes, which only a process that makes a certificate,
 * or is asked for one, is to pay: do not import it in any other way.
 */
export async function loadX509(): Promise<typeof X509> {
  // The library does not load without this polyfill.
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}
