import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressClass, canonicalAddress } from '../../src/sandbox/address-class.ts'
import { decideEgress, readHostPort } from '../../src/sandbox/egress-policy.ts'
import type { EgressPolicy, HostPort } from '../../src/sandbox/egress-types.ts'

const none = { reserved: [] as HostPort[], never: [] as string[], machine: ['198.51.100.7', '10.0.0.2', '2001:db8::7'] }
const open = (...allow: string[]): EgressPolicy => ({ mode: 'open', allow, private_networks: true })
const only = (...allow: string[]): EgressPolicy => ({ mode: 'allow_list', allow, private_networks: true })

function decide(policy: EgressPolicy, host: string, address: string, port = 5432, restricted = none) {
  return decideEgress(policy, { host, port, address }, restricted)
}

function allowed(...args: Parameters<typeof decide>) {
  return decide(...args).allowed
}

test('open reaches any host on public networks', () => {
  for (const address of [
    '93.184.216.34',
    '2606:4700::1111',
    '64:ff9b::808:808',
    '64:ff9b:1::808:808',
    '2002:808:808::1',
  ])
    assert.equal(allowed(open(), 'legacy.example', address), true, address)
})

test('a private network needs an entry, by name or by address, in a tenant that may have one [guard: private-networks-by-entry]', () => {
  for (const address of [
    '10.0.0.7',
    '172.16.3.4',
    '192.168.1.1',
    '100.64.0.1',
    'fd12::1',
    'fec0::1',
    '64:ff9b::a00:7',
  ]) {
    const entry = address.includes(':') ? `[${address}]:5432` : `${address}:5432`
    assert.equal(allowed(open(), 'legacy.example', address), false, address)
    assert.equal(allowed(open('legacy.example:5432'), 'legacy.example', address), true, address)
    assert.equal(allowed(open(entry), address, address), true, address)
    assert.equal(allowed({ ...open(entry), private_networks: false }, address, address), false, address)
    assert.equal(allowed({ ...only('legacy.example:5432'), private_networks: false }, 'legacy.example', address), false)
  }
})

test("an address of this machine's interfaces counts as the machine [guard: own-interfaces-are-the-machine]", () => {
  for (const address of none.machine) {
    const entry = address.includes(':') ? `[${address}]:5432` : `${address}:5432`
    assert.equal(allowed(open(), address, address), false, address)
    assert.equal(allowed(open(), 'innocent.example', address), false, address)
    assert.equal(
      allowed(open('innocent.example:5432'), 'innocent.example', address),
      false,
      `by name alone: ${address}`,
    )
    assert.equal(allowed(open('innocent.example:5432', entry), 'innocent.example', address), true, address)
    assert.equal(allowed(open(entry), address, address), true, address)
    assert.equal(allowed({ ...open(entry), private_networks: false }, address, address), false, address)
  }
  assert.equal(addressClass('64:ff9b::c633:6407', none.machine), 'machine')
})

test('no entry opens a link-local, metadata, multicast or broadcast address [guard: metadata-never]', () => {
  for (const address of [
    '169.254.169.254',
    '169.254.1.1',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    'fe80::1',
    'fd00:ec2::254',
    '64:ff9b::169.254.169.254',
  ]) {
    const entry = address.includes(':') ? `[${address}]:80` : `${address}:80`
    assert.equal(allowed(open(entry), address, address, 80), false, address)
    assert.equal(allowed(only('name.example:80', entry), 'name.example', address, 80), false, address)
  }
})

test('an embedded IPv4 address is judged by itself, wherever its prefix ends [guard: embedded-addresses-unwrapped]', () => {
  const restricted = { ...none, never: ['203.0.113.0/24', '198.51.100.9:22'] }
  for (const address of [
    '64:ff9b::cb00:7105',
    '64:ff9b:1::cb00:7105',
    '64:ff9b:1:cb00:71:500::',
    '64:ff9b:1:cb:0:7105::',
    '64:ff9b:1:0:cb:71:500:0',
    '2002:cb00:7105::1',
    '::ffff:0:203.0.113.5',
    '::203.0.113.5',
  ])
    assert.equal(allowed(open(), address, address, 443, restricted), false, address)
  assert.equal(allowed(open(), '64:ff9b::c633:6409', '64:ff9b::c633:6409', 22, restricted), false)
  assert.equal(allowed(open(), '64:ff9b::c633:6409', '64:ff9b::c633:6409', 23, restricted), true)
  for (const address of ['64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:a9:fe:a9fe::', '2002:a9fe:a9fe::1'])
    assert.equal(addressClass(address), 'metadata', address)
})

test('open does not reach loopback, link-local, metadata, multicast or broadcast addresses', () => {
  const addresses = `
    127.0.0.1 127.8.9.10 0.0.0.0 0.1.2.3 169.254.169.254 169.254.1.1 224.0.0.1 239.1.1.1 255.255.255.255
    100.100.100.200 ::1 :: fe80::1 fe80::1%eth0 ff02::1 fd00:ec2::254 ::ffff:127.0.0.1 ::ffff:7f00:1
    ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::
  `
    .trim()
    .split(/\s+/)
  for (const address of addresses) {
    assert.equal(allowed(open(), address, address), false, address)
    assert.equal(allowed(open(), 'innocent.example', address), false, `a name that resolves to ${address}`)
  }
})

test('an entry for address and port opens exactly that', () => {
  const policy = open('127.0.0.1:5432', '[::1]:5432')
  assert.equal(allowed(policy, '127.0.0.1', '127.0.0.1'), true)
  assert.equal(allowed(policy, '::1', '::1'), true)
  assert.equal(allowed(policy, '0:0:0:0:0:0:0:1', '::1'), true)
  assert.equal(allowed(policy, '::ffff:127.0.0.1', '::ffff:127.0.0.1'), true)
  assert.equal(allowed(policy, '127.0.0.1', '127.0.0.1', 5433), false)
  assert.equal(allowed(policy, '127.0.0.2', '127.0.0.2'), false)
})

test('localhost needs an entry of its own name', () => {
  assert.equal(allowed(open('127.0.0.1:5432'), 'localhost', '127.0.0.1'), false)
  assert.equal(allowed(open('localhost:5432'), 'localhost', '127.0.0.1'), true)
  assert.equal(allowed(open('localhost:5432'), 'LOCALHOST.', '::1'), true)
  assert.equal(allowed(open('localhost:5432'), '127.0.0.1', '127.0.0.1'), false)
})

test('another name that points at the machine needs its address listed too', () => {
  assert.equal(allowed(open('legacy.example:5432'), 'legacy.example', '127.0.0.1'), false)
  assert.equal(allowed(open('legacy.example:5432', '127.0.0.1:5432'), 'legacy.example', '127.0.0.1'), true)
  assert.equal(allowed(open('127.0.0.1:5432'), 'legacy.example', '127.0.0.1'), false)
})

test('other spellings of an address need no entry to be refused', () => {
  for (const host of ['2130706433', '0x7f000001', '0x7f.1', '017700000001', '127.1', '0177.0.0.1']) {
    assert.equal(allowed(open(), host, '127.0.0.1'), false, host)
    assert.equal(allowed(open('127.0.0.1:5432'), host, '127.0.0.1'), false, host)
  }
})

test('an allow-list reaches what it names and nothing else', () => {
  const policy = only('legacy.example:5432', '10.0.0.7:1433', '[fd12::1]:443')
  assert.equal(allowed(policy, 'legacy.example', '93.184.216.34'), true)
  assert.equal(allowed(policy, 'LEGACY.example.', '93.184.216.34'), true)
  assert.equal(allowed(policy, '10.0.0.7', '10.0.0.7', 1433), true)
  assert.equal(allowed(policy, 'fd12:0::1', 'fd12::1', 443), true)
  assert.equal(allowed(policy, 'legacy.example', '93.184.216.34', 443), false)
  assert.equal(allowed(policy, 'sub.legacy.example', '93.184.216.34'), false)
  assert.equal(allowed(policy, 'other.example', '10.0.0.7', 1433), false)
  assert.equal(allowed(only(), 'legacy.example', '93.184.216.34'), false)
})

test("the server's own store and ports need an entry, wherever they are", () => {
  const restricted = {
    reserved: [
      { host: 'db.internal', port: 5432 },
      { host: '203.0.113.9', port: 5432 },
    ],
    never: [],
    machine: [],
  }
  assert.equal(allowed(open(), 'db.internal', '203.0.113.9', 5432, restricted), false)
  assert.equal(allowed(open(), '203.0.113.9', '203.0.113.9', 5432, restricted), false)
  assert.equal(allowed(open(), 'alias.example', '203.0.113.9', 5432, restricted), false)
  assert.equal(allowed(open('alias.example:5432'), 'alias.example', '203.0.113.9', 5432, restricted), false)
  assert.equal(allowed(open(), '203.0.113.9', '203.0.113.9', 5433, restricted), true)
  assert.equal(allowed(open('203.0.113.9:5432'), '203.0.113.9', '203.0.113.9', 5432, restricted), true)
})

test('no entry opens a target that the operator forbids', () => {
  const restricted = {
    reserved: [],
    never: ['10.0.0.0/8', 'fd00::/8', '192.168.1.1:22', 'metadata.internal:80'],
    machine: [],
  }
  assert.equal(allowed(open('10.0.0.7:5432'), '10.0.0.7', '10.0.0.7', 5432, restricted), false)
  assert.equal(allowed(open('10.0.0.7:5432'), '::ffff:10.0.0.7', '::ffff:10.0.0.7', 5432, restricted), false)
  assert.equal(allowed(open(), 'name.example', 'fd00::7', 5432, restricted), false)
  assert.equal(allowed(open(), '192.168.1.1', '192.168.1.1', 22, restricted), false)
  assert.equal(allowed(open('192.168.1.1:23'), '192.168.1.1', '192.168.1.1', 23, restricted), true)
  assert.equal(allowed(open('metadata.internal:80'), 'metadata.internal', '93.184.216.34', 80, restricted), false)
})

test('a refusal names the host, the address and the setting to change', () => {
  const by_name = decide(open(), 'localhost', '127.0.0.1')
  assert.ok(!by_name.allowed)
  assert.match(by_name.message, /localhost:5432 \(127\.0\.0\.1\)/)
  assert.match(by_name.message, /add "localhost:5432" to options\.egress\.allow/)
  const by_address = decide(only(), '::1', '::1', 80)
  assert.ok(!by_address.allowed)
  assert.match(by_address.message, /add "\[::1\]:80" to options\.egress\.allow/)
  const by_alias = decide(open(), 'legacy.example', '127.0.0.1')
  assert.ok(!by_alias.allowed)
  assert.match(by_alias.message, /add "legacy\.example:5432" and "127\.0\.0\.1:5432"/)
})

test('entries are host:port or [v6]:port and nothing else', () => {
  assert.deepEqual(readHostPort('DB.example.:5432'), { host: 'db.example', port: 5432 })
  assert.deepEqual(readHostPort('[0:0::1]:80'), { host: '::1', port: 80 })
  for (const bad of [
    'db.example',
    'db:0',
    'db:65536',
    '::1:80',
    '[nonsense]:80',
    'http://db:80',
    'a b:80',
    ':80',
    '',
  ]) {
    assert.equal(readHostPort(bad), undefined, bad)
  }
})

test('an address has one canonical form', () => {
  assert.equal(canonicalAddress('::FFFF:10.1.2.3'), '10.1.2.3')
  assert.equal(canonicalAddress('[::1]'), '::1')
  assert.equal(canonicalAddress('127.1'), undefined)
  assert.equal(canonicalAddress('example'), undefined)
  assert.equal(addressClass('::ffff:1.2.3.4'), 'ordinary')
})
