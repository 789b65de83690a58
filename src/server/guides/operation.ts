import { as_json, of_tenant, type CommandGuides } from './guide.ts'

/** The guides of the commands that start, check and keep the server. */
export const operation_guides: CommandGuides = {
  serve: { summary: 'Starts the server (what npm start does).', options: {}, example: 'serve' },
  doctor: {
    summary:
      'Checks the installation: store, clock, keys, mail, sandbox, TLS, addresses, disk space and proxies. Each finding is ok, a warning or a failure, and says what to do.',
    options: { json: as_json },
    notes:
      'The checks run in the running server; where none runs, with its settings and its store. They repair nothing, and write one row to see\nwhether the store can be written. The exit status is 1 where there is a failure, 0 with warnings only: a warning is a risk, or something\nthat does not work and that logins do not need.',
    example: 'doctor',
  },
  status: {
    summary:
      'Shows the migration of each connection in a sentence, with the health of its legacy store, and the jobs and mail of a tenant.',
    options: {
      connection: { value: 'N', meaning: 'only this connection' },
      watch: { meaning: 'show it anew every two seconds, until Ctrl-C; with --json a line each time' },
      json: as_json,
      tenant: of_tenant,
    },
    notes:
      'The health of a legacy store is that of the logins of the last 15 minutes: idle, ok, degraded or failing. Circuit breakers are those\nof the running server.',
    example: 'status --watch',
  },
  'dev-cert': {
    summary: 'Creates a local CA and a certificate for https://localhost:8443.',
    options: {
      folder: { value: 'F', meaning: 'folder of the files; default: certs' },
      host: { value: 'H', repeated: true, meaning: 'host name of the certificate; default: localhost' },
    },
    example: 'dev-cert --host localhost --host shop.test',
  },
  backup: {
    summary:
      'Writes a backup of the embedded store as of one moment, also while the server runs, checks it, and writes its SHA-256 checksum to F.sha256. The sealing key is not in it.',
    options: { file: { value: 'F', required: true, meaning: 'new file for the backup' }, json: as_json },
    example: 'backup --file /backups/wherry.sqlite',
  },
  restore: {
    summary:
      'Puts a backup in the place of the embedded store, which is kept under another name, after it has compared the backup with the checksum in F.sha256. Needs the sealing key; refused while a server runs.',
    options: { file: { value: 'F', required: true, meaning: 'the backup' }, json: as_json },
    example: 'restore --file /backups/wherry.sqlite',
  },
  'move-store': {
    summary:
      'Copies the embedded store into the empty PostgreSQL database of DATABASE_URL and compares every row. Refused while a server runs; repeated after an interruption, it goes on where it stopped.',
    options: { json: as_json },
    example: 'move-store',
  },
}
