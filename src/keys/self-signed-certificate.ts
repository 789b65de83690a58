import type { CryptoKey } from 'jose'
import { loadX509 } from './load-x509.ts'

/** The subject and validity of a certificate. Times are epoch milliseconds. */
export type CertificateSubject = { name: string; not_before: number; not_after: number }

/**
 * Creates a self-signed X.509 v3 certificate in DER (RFC 5280 section 4.1) for an RSA key pair. The `x5c` of a published key contains
 * it, for relying parties that read certificates. Its key usage is digital signature alone.
 */
export async function selfSignedCertificate(
  pair: { publicKey: CryptoKey; privateKey: CryptoKey },
  subject: CertificateSubject,
): Promise<Buffer> {
  const x509 = await loadX509()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [subject.name] }],
    keys: pair,
    notBefore: new Date(subject.not_before),
    notAfter: new Date(subject.not_after),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
    ],
  })
  return Buffer.from(certificate.rawData)
}
