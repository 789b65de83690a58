export const navigation = {
  groups: { migration: 'Migration', users: 'Users', monitoring: 'Monitoring', tenant: 'Tenant' },
  pages: {
    audit: 'Audit',
    connections: 'Connections',
    jobs: 'Jobs',
    logs: 'Logs',
    members: 'Members',
    migration: 'Migration',
    users: 'Users',
  },
}
