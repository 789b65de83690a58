import type * as X509 from '@peculiar/x509'

/**
 * Loads the library of X.509 certificates, at its first use. It takes 0.1 s and adds to the global `Reflect`, and most starts make no
 * certificate.
 */
export async function loadX509(): Promise<typeof X509> {
  // The library does not load without this polyfill.
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}
