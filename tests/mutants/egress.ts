import type { Mutant } from './mutant.ts'

/** Mutants of what is sent to addresses that tenants choose, and of the templates of mail. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'log-stream-egress',
    file: 'src/egress/tenant-connections.ts',
    find: "{ mode: 'open', allow, private_networks: true, setting }",
    replace: "{ mode: 'open', allow: [...allow, '127.0.0.1:1'], private_networks: true, setting }",
    tests: ['tests/logs/log-streams.test.ts'],
  },
  {
    guard: 'mail-egress',
    file: 'src/mail/tenant-delivery.ts',
    find: '        getSocket,\n',
    replace: '',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'liquid-escapes',
    file: 'src/mail/liquid.ts',
    find: '    outputEscape: escape,\n',
    replace: '',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'liquid-own-properties',
    file: 'src/mail/liquid.ts',
    find: 'ownPropertyOnly: true',
    replace: 'ownPropertyOnly: false',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'liquid-limits',
    file: 'src/mail/liquid.ts',
    find: 'if (template.length > template_body_max)',
    replace: 'if (false)',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'liquid-work',
    file: 'src/mail/liquid.ts',
    find: 'if (kept_filters.has(name)) engine.filters[name] = boundedFilter(name, filter)',
    replace: "if (name !== 'raw') engine.filters[name] = filter",
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'liquid-work',
    file: 'src/mail/liquid-limits.ts',
    find: 'steps += ',
    replace: 'steps = ',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
  {
    guard: 'own-texts-own-sender',
    file: 'src/login/plan-user-mail.ts',
    find: 'tenant.is_default || (await hasMailService(db, tenant.tenant_id))',
    replace: 'true',
    tests: ['tests/mail/tenant-mail.test.ts'],
  },
]
