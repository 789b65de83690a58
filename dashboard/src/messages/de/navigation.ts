import { translation } from '../translation'

export const navigation = translation<'navigation'>()({
  groups: {
    migration: 'Migration',
    users: 'Benutzer',
    applications: 'Anwendungen',
    extensibility: 'Erweiterungen',
    pages: 'Mail und Seiten',
    security: 'Sicherheit',
    monitoring: 'Überwachung',
    tenant: 'Mandant',
  },
  pages: {
    actions: 'Aktionen',
    apis: 'APIs',
    applications: 'Anwendungen',
    attackProtection: 'Schutz vor Angriffen',
    audit: 'Audit-Protokoll',
    branding: 'Erscheinungsbild',
    connections: 'Verbindungen',
    email: 'E-Mail',
    getStarted: 'Erste Schritte',
    jobs: 'Jobs',
    logs: 'Protokoll',
    logStreams: 'Protokollströme',
    members: 'Mitglieder',
    migration: 'Migration',
    rules: 'Regeln',
    tenant: 'Allgemein',
    users: 'Benutzer',
  },
})
