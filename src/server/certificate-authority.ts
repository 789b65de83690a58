// The two development certificates (RFC 5280), of the authority and of the server, both with P-256 keys.
import { isIP } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import * as rfc5280 from '@peculiar/asn1-x509'
import type { CryptoKey } from 'jose'
import { loadX509 } from '../keys/load-x509.ts'

/** A key pair of a certificate. */
export type CertificateKeys = { publicKey: CryptoKey; privateKey: CryptoKey }

/** The validity of a certificate in epoch milliseconds. */
export type Validity = { not_before: number; not_after: number }

/** The Web Crypto algorithm of the keys and signatures of these certificates. */
export const certificate_scheme = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Creates a key pair whose private key can be exported. */
export async function newCertificateKeys(): Promise<CertificateKeys> {
  return await crypto.subtle.generateKey(certificate_scheme, true, ['sign', 'verify'])
}

/**
 * Creates the certificate of an authority, as PEM. Its name constraints (section 4.2.1.10) permit only localhost, names under it,
 * 127.0.0.0/8 and ::1, so that a stolen key cannot sign for any other name.
 */
export async function authorityCertificate(name: string, keys: CertificateKeys, validity: Validity): Promise<string> {
  const x509 = await loadX509()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: certificate_scheme,
    notBefore: new Date(validity.not_before),
    notAfter: new Date(validity.not_after),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension(onlyThisMachine()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return certificate.toString('pem')
}

/** The authority that signs a server's certificate. */
export type Authority = { certificate_pem: string; private_key: CryptoKey }

/** Creates the certificate of a server, as PEM, for names and addresses, signed by an authority. */
export async function serverCertificate(
  authority: Authority,
  hosts: string[],
  public_key: CryptoKey,
  validity: Validity,
): Promise<string> {
  const x509 = await loadX509()
  const issuer = new x509.X509Certificate(authority.certificate_pem)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [hosts[0] ?? 'localhost'] }],
    issuer: issuer.subjectName,
    publicKey: public_key,
    signingKey: authority.private_key,
    signingAlgorithm: certificate_scheme,
    notBefore: new Date(validity.not_before),
    notAfter: new Date(validity.not_after),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(public_key),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return certificate.toString('pem')
}

function onlyThisMachine(): ArrayBuffer {
  const bases = [{ dNSName: 'localhost' }, { iPAddress: '127.0.0.0/8' }, { iPAddress: '::1/128' }]
  const permittedSubtrees = new rfc5280.GeneralSubtrees(
    bases.map((base) => new rfc5280.GeneralSubtree({ base: new rfc5280.GeneralName(base) })),
  )
  return AsnConvert.serialize(
    new rfc5280.Extension({
      extnID: rfc5280.id_ce_nameConstraints,
      critical: true,
      extnValue: new OctetString(AsnConvert.serialize(new rfc5280.NameConstraints({ permittedSubtrees }))),
    }),
  )
}
