import { KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { day_ms } from '../base/time.ts'
import { loadX509 } from '../keys/load-x509.ts'
import { certificate_scheme, newCertificateKeys } from './certificate-authority.ts'

/** A certificate with its private key, both as PEM. */
export type EndpointCertificate = { certificate: string; private_key: string }

const lifetime_ms = 3650 * day_ms

/** Creates a certificate for one host that is its own issuer (RFC 5280), and cannot sign for any other. Its key is kept in memory only. */
export async function endpointCertificate(host: string, now: number): Promise<EndpointCertificate> {
  const x509 = await loadX509()
  const keys = await newCertificateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Wherry rules'] }],
    keys,
    signingAlgorithm: certificate_scheme,
    notBefore: new Date(now - day_ms),
    notAfter: new Date(now + lifetime_ms),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }]),
    ],
  })
  const private_key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate: certificate.toString('pem'), private_key }
}
