import { startDirectory } from '../support/openldap.ts'
import type { OpenedStore, TemplateCase } from './template-tests.ts'

// A published {SSHA} of test123.
const hash = '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a'

function entry(name: string, lines: string[]): string {
  const common = [`cn: ${name}`, `sn: ${name}`, `mail: ${name}@example.org`, `userPassword: ${hash}`]
  return [`dn: uid=${name},ou=people,dc=example,dc=org`, ...lines, ...common, `uid: ${name}`].join('\n')
}

/** A directory in which each of these users has these attributes. */
export async function openDirectory(lines: Record<string, string[]>): Promise<OpenedStore> {
  const people = 'dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people'
  const directory = await startDirectory(
    [people, ...Object.entries(lines).map(([name, more]) => entry(name, more))].join('\n\n'),
  )
  const settings = {
    LDAP_URL: directory.url,
    BIND_DN: directory.bind_dn,
    BIND_PASSWORD: directory.bind_password,
    BASE_DN: 'ou=people,dc=example,dc=org',
  }
  return { settings, stop: () => directory.stop() }
}

const uuid = '0b8a3a4e-1c2d-4e5f-8a9b-0c1d2e3f4a5b'

/** The templates of directories, on a real OpenLDAP. */
export const ldap_template_cases: TemplateCase[] = [
  {
    title: 'ldap on OpenLDAP',
    template: 'ldap',
    open: () =>
      openDirectory({
        ada: ['objectClass: inetOrgPerson', `entryUUID: ${uuid}`, 'givenName: Ada'],
        eve: ['objectClass: inetOrgPerson', 'pwdAccountLockedTime: 000001010000Z'],
      }),
    password: 'test123',
    username: 'ada',
    profile: {
      user_id: uuid,
      email: 'ada@example.org',
      username: 'ada',
      name: 'ada',
      given_name: 'Ada',
      family_name: 'ada',
    },
  },
  {
    title: 'active-directory on OpenLDAP with the attributes of Active Directory',
    template: 'active-directory',
    open: () =>
      openDirectory({
        ada: [
          'objectClass: user',
          'objectGUID:: Tjq1Cy0cX06Kmwwd4v9KWw==',
          'sAMAccountName: ada',
          'userPrincipalName: ada@corp.example.org',
          'userAccountControl: 512',
          'accountExpires: 9223372036854775807',
        ],
        eve: [
          'objectClass: user',
          'objectGUID:: T4q1Cy0cX06Kmwwd4v9KWw==',
          'sAMAccountName: eve',
          'userPrincipalName: eve@corp.example.org',
          'userAccountControl: 514',
        ],
      }),
    password: 'test123',
    username: 'ada@corp.example.org',
    without: ['create', 'change_password', 'verify'],
    profile: {
      user_id: '0bb53a4e-1c2d-4e5f-8a9b-0c1de2ff4a5b',
      email: 'ada@example.org',
      username: 'ada',
      family_name: 'ada',
    },
  },
]
