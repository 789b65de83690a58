// Real database servers for tests: found on the machine, else installed by apt when we are root on Debian.
export { startMariadb, startOwnMariadb } from './mariadb.ts'
export { startOwnPostgres, startPostgres } from './postgres.ts'
export type { OwnTestServer, TestDatabase, TestServer } from './test-database.ts'
