// Real database servers for tests: found on the machine, else installed by apt when we are root on Debian.
export { startMariadb, startOwnMariadb } from './mariadb.ts'
export { prepareEmptyStore, startOwnPostgres, startPostgres, type PostgresServer } from './postgres.ts'
export type { OwnDatabaseServer, TestDatabase, DatabaseServer } from './test-database.ts'
