import type { DevCert } from './dev-cert.ts'

/** The text that `dev-cert` prints: the result, and how to start the server on `port` with the certificate and how to trust it. */
export function devCertGuide(dev_cert: DevCert, port = 8443): string {
  const { ca_file, cert_file, key_file, hosts, ca_made, cert_made, expires_at } = dev_cert
  const until = new Date(expires_at).toISOString().slice(0, 10)
  const result = ca_made
    ? 'Made a new certificate authority and a certificate.'
    : cert_made
      ? 'Kept the certificate authority and made a new certificate.'
      : 'The certificate authority and the certificate are still good; nothing was changed.'
  return `${result}
The certificate is for ${hosts.join(', ')} and valid until ${until}. Run this command again to renew it.

Start the server:
  WHERRY_PORT=${port} WHERRY_PUBLIC_URL=https://localhost:${port} \\
  WHERRY_TLS_CERT=${quoted(cert_file)} WHERRY_TLS_KEY=${quoted(key_file)} npm start

Trust the authority (it can vouch for this machine only, and only once per machine is needed):
  Node            NODE_EXTRA_CA_CERTS=${quoted(ca_file)} node your-application.js
  curl            curl --cacert ${quoted(ca_file)} https://localhost:${port}/health/live
  Firefox         Settings → Privacy & Security → Certificates → View Certificates → Authorities → Import
  Chrome, Linux   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n "Wherry development CA" -i ${quoted(ca_file)}
                  (certutil is in the package libnss3-tools)
  Debian, Ubuntu  sudo cp ${quoted(ca_file)} /usr/local/share/ca-certificates/wherry-dev-ca.crt && sudo update-ca-certificates
  macOS           security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${quoted(ca_file)}
                  (Safari and Chrome)
  Windows         certutil -user -addstore Root ${quoted(ca_file)}
                  (Edge and Chrome)
`
}

function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`
}
