import assert from 'node:assert/strict'
import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { devCertGuide } from '../../src/server/dev-cert-guide.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { certificate_scheme, newCertificateKeys, serverCertificate } from '../../src/server/certificate-authority.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runTrusting } from '../support/trusting-process.ts'

const day_ms = 86_400_000
const has_ipv6 = (networkInterfaces()['lo'] ?? networkInterfaces()['lo0'] ?? []).some(
  ({ address }) => address === '::1',
)

const fetched = (url: string, ca_file: string): Promise<string> =>
  runTrusting(ca_file, [
    '-e',
    'fetch(process.argv[1]).then(r => r.text()).then(t => console.log(t), e => console.log(e.cause?.code, e.cause?.message))',
    url,
  ])

async function serving(cert: Buffer, key: Buffer, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer({ cert, key }, (_request, response) => response.end('hello'))
  server.listen(has_ipv6 ? { port: 0, host: '::', ipv6Only: false } : { port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('Node trusts the certificate for localhost, 127.0.0.1 and ::1 with the authority, and not without it', async () => {
  const made = await makeDevCert({ folder: tempFolder('cert') })
  await serving(readFileSync(made.cert_file), readFileSync(made.key_file), async (port) => {
    for (const host of ['localhost', '127.0.0.1', ...(has_ipv6 ? ['[::1]'] : [])]) {
      assert.equal(await fetched(`https://${host}:${port}/`, made.ca_file), 'hello', host)
    }
    assert.match(await fetched(`https://localhost:${port}/`, ''), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
  })
})

test('the authority signs a server certificate, which is no authority', async () => {
  const made = await makeDevCert({ folder: tempFolder('cert'), hosts: ['two.localhost'] })
  const ca = new X509Certificate(readFileSync(made.ca_file))
  const cert = new X509Certificate(readFileSync(made.cert_file))
  assert.deepEqual([ca.ca, ca.verify(ca.publicKey), ca.checkIssued(ca)], [true, true, true])
  assert.deepEqual([cert.ca, cert.verify(ca.publicKey), cert.checkIssued(ca)], [false, true, true])
  assert.deepEqual(cert.keyUsage, ['1.3.6.1.5.5.7.3.1']) // serverAuth
  assert.equal(
    cert.subjectAltName,
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:two.localhost',
  )
  assert.notEqual(cert.serialNumber, ca.serialNumber)
})

test('the keys are readable by their owner only', async () => {
  const folder = tempFolder('cert')
  await makeDevCert({ folder: join(folder, 'certs') })
  for (const name of ['ca-key.pem', 'key.pem']) assert.equal(statSync(join(folder, 'certs', name)).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'certs')).mode & 0o777, 0o700)
})

test('a second run changes nothing; near its expiry the certificate is renewed by the same authority', async () => {
  const folder = tempFolder('cert')
  const first = await makeDevCert({ folder })
  const ca = readFileSync(first.ca_file, 'utf8')
  const cert = readFileSync(first.cert_file, 'utf8')
  const again = await makeDevCert({ folder })
  assert.deepEqual([again.ca_made, again.cert_made], [false, false])
  assert.equal(readFileSync(first.cert_file, 'utf8'), cert)
  const later = await makeDevCert({ folder, now: Date.now() + 380 * day_ms })
  assert.deepEqual([later.ca_made, later.cert_made], [false, true])
  assert.equal(readFileSync(first.ca_file, 'utf8'), ca)
  assert.ok(later.expires_at > first.expires_at)
  assert.ok(new X509Certificate(readFileSync(later.cert_file)).verify(new X509Certificate(ca).publicKey))
})

test('another host causes a new certificate; a damaged or foreign key causes a new pair', async () => {
  const folder = tempFolder('cert')
  await makeDevCert({ folder })
  const more = await makeDevCert({ folder, hosts: ['two.localhost'] })
  assert.deepEqual([more.ca_made, more.cert_made], [false, true])
  assert.ok(new X509Certificate(readFileSync(more.cert_file)).checkHost('two.localhost'))
  writeFileSync(more.key_file, 'damaged')
  assert.equal((await makeDevCert({ folder, hosts: ['two.localhost'] })).cert_made, true)
  writeFileSync(join(folder, 'ca-key.pem'), readFileSync(more.key_file))
  const repaired = await makeDevCert({ folder })
  assert.deepEqual([repaired.ca_made, repaired.cert_made], [true, true])
})

test('hosts that are not this machine are refused by name', async () => {
  for (const host of ['example.com', '10.0.0.1', 'localhost.example.com', '::2', 'a b.localhost']) {
    await assert.rejects(makeDevCert({ folder: tempFolder('cert'), hosts: [host] }), (error: Error) =>
      error.message.includes(host),
    )
  }
})

test('a stolen authority cannot sign for another name: clients refuse its certificate', async () => {
  const folder = tempFolder('cert')
  const made = await makeDevCert({ folder })
  const ca_key = createPrivateKey(readFileSync(join(folder, 'ca-key.pem')))
  const keys = await newCertificateKeys()
  const forged = await serverCertificate(
    {
      certificate_pem: readFileSync(made.ca_file, 'utf8'),
      private_key: ca_key.toCryptoKey(certificate_scheme, false, ['sign']),
    },
    ['localhost', 'bank.example'],
    keys.publicKey,
    { not_before: Date.now() - day_ms, not_after: Date.now() + day_ms },
  )
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  await serving(Buffer.from(forged), Buffer.from(key), async (port) => {
    const answer = await fetched(`https://localhost:${port}/`, made.ca_file)
    assert.match(answer, /permitted subtree violation/i)
  })
})

test('the guide names the files, the start command, and how to trust the authority', async () => {
  const made = await makeDevCert({ folder: join(tempFolder('cert'), 'with space') })
  const guide = devCertGuide(made)
  assert.ok(guide.includes(`WHERRY_TLS_CERT="${made.cert_file}"`))
  assert.ok(guide.includes(`NODE_EXTRA_CA_CERTS="${made.ca_file}"`))
  for (const word of ['WHERRY_PUBLIC_URL=https://localhost:8443', 'Firefox', 'Chrome', 'macOS', 'Debian', 'Windows']) {
    assert.ok(guide.includes(word), word)
  }
})
