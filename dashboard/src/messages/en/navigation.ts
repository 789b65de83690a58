export const navigation = {
  groups: {
    migration: 'Migration',
    users: 'Users',
    applications: 'Applications',
    monitoring: 'Monitoring',
    tenant: 'Tenant',
  },
  pages: {
    apis: 'APIs',
    applications: 'Applications',
    audit: 'Audit',
    connections: 'Connections',
    getStarted: 'Get started',
    jobs: 'Jobs',
    logs: 'Logs',
    members: 'Members',
    migration: 'Migration',
    tenant: 'General',
    users: 'Users',
  },
}
