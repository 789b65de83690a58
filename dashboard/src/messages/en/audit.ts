export const audit = {
  title: 'Audit',
  subtitle:
    'What admins, clients and commands did: every change, with the values before and after, every script that was tried, and every look at a legacy profile or a message of the outbox.',
  searchLabel: 'Search by admin, client, resource or operation',
  columns: { what: 'What', who: 'By', resource: 'Resource', when: 'When' },
  empty: 'Nothing yet',
  emptyHint:
    'What is done through the dashboard, a client, the API or a command appears here, for as long as log events are kept.',
  noMatch: 'Nothing matches',
  noMatchHint:
    'A search finds whole e-mail addresses, names and ids, such as ada@example.com, connections or updateClient.',
  facts: 'The request',
  operation: 'Operation',
  path: 'Address',
  created: 'Created',
  ip: 'Network address',
  changes: 'Changed members',
  member: 'Member',
  before: 'Before',
  after: 'After',
  noChanges: 'No values are kept',
  noChangesHint: 'The request created, ran or read something, or deleted a user, of whom nothing is kept.',
}
