// One template for each driver; all of them are in tests/long/templates.test.ts.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { ldap_template_cases } from './ldap-template-cases.ts'
import { service_template_cases } from './service-template-cases.ts'
import { sql_server_template_cases } from './sql-server-template-cases.ts'
import { sql_template_cases, stopSqlServers } from './sql-template-cases.ts'
import { testTemplate } from './template-tests.ts'

const selected = [
  "aspnet-identity-core (sha512) on SQL Server's protocol",
  'ldap on OpenLDAP',
  'keycloak on a model of its APIs',
  'spring-security on PostgreSQL',
  'wordpress on MariaDB',
]

after(stopSqlServers)
const cases = [...ldap_template_cases, ...service_template_cases, ...sql_server_template_cases, ...sql_template_cases]
for (const title of selected) {
  const found = cases.find((each) => each.title === title)
  assert.ok(found, title)
  testTemplate(found)
}
