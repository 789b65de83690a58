// A real OpenLDAP server (slapd) for tests, on a loopback port, with its password policy and the attributes of other directories.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { freePort } from './free-port.ts'
import { runToEnd, startGuarded } from './guarded-process.ts'
import { serverBinaries } from './server-binaries.ts'
import { removeTempFolder, tempFolder } from './temp-folder.ts'

/** A directory with the suffix `dc=example,dc=org` and an administrator. */
export type Directory = { url: string; bind_dn: string; bind_password: string; stop(): Promise<void> }

const text = '1.3.6.1.4.1.1466.115.121.1.15'
const boolean = '1.3.6.1.4.1.1466.115.121.1.7'
const integer = '1.3.6.1.4.1.1466.115.121.1.27'
const bytes = '1.3.6.1.4.1.1466.115.121.1.40'
// The object identifiers are Microsoft's.
const active_directory = `
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX ${bytes} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX ${integer} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires' EQUALITY integerMatch SYNTAX ${integer} SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL
  MAY ( sAMAccountName $ userPrincipalName $ objectGUID $ userAccountControl $ accountExpires ) )
`

// The first object identifier is Netscape's, the others are in the arc for examples.
const locks = `
attributetype ( 2.16.840.1.113730.3.1.610 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 2.999.1 NAME 'loginDisabled' EQUALITY booleanMatch SYNTAX ${boolean} SINGLE-VALUE )
attributetype ( 2.999.3 NAME 'lockedByIntruder' EQUALITY booleanMatch SYNTAX ${boolean} SINGLE-VALUE )
attributetype ( 2.999.4 NAME 'accountUnlockTime' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
objectclass ( 2.999.2 NAME 'lockablePerson' SUP inetOrgPerson STRUCTURAL MAY ( nsAccountLock $ loginDisabled $ lockedByIntruder $ accountUnlockTime ) )
`

/** Starts a directory with these entries (LDIF) below `dc=example,dc=org`. */
export async function startDirectory(entries: string): Promise<Directory> {
  const [slapd, slapadd] = serverBinaries('OpenLDAP') as [string, string]
  const folder = tempFolder('openldap')
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  mkdirSync(join(folder, 'data'))
  const bind_dn = 'cn=admin,dc=example,dc=org'
  const bind_password = 'directory-admin'
  const config = file(
    'slapd.conf',
    `${['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
include ${file('ad.schema', active_directory)}
include ${file('locks.schema', locks)}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
password-hash {SSHA}
database mdb
suffix "dc=example,dc=org"
rootdn "${bind_dn}"
rootpw ${bind_password}
directory ${join(folder, 'data')}
overlay ppolicy
`,
  )
  const root = 'dn: dc=example,dc=org\nobjectClass: organization\nobjectClass: dcObject\no: Example\ndc: example\n'
  runToEnd(slapadd, ['-f', config, '-l', file('entries.ldif', `${root}\n${entries}`)])
  const port = await freePort()
  const url = `ldap://127.0.0.1:${port}`
  const server = startGuarded(slapd, ['-d', '0', '-f', config, '-h', url], join(folder, 'server.log'))
  await untilListening(port)
  const stop = async (): Promise<void> => {
    await server.stop('SIGTERM')
    removeTempFolder(folder)
  }
  return { url, bind_dn, bind_password, stop }
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(50)
    } finally {
      socket.destroy()
    }
  }
  throw new Error('OpenLDAP did not start')
}
