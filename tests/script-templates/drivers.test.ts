// Templates for the drivers that no other test of this folder uses; all templates are in tests/long/templates.test.ts.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { ldap_template_cases } from './ldap-template-cases.ts'
import { sql_template_cases, stopSqlServers } from './sql-template-cases.ts'
import { testTemplate } from './template-tests.ts'

const selected = ['ldap on OpenLDAP', 'wordpress on MariaDB']

after(stopSqlServers)
const cases = [...ldap_template_cases, ...sql_template_cases]
for (const title of selected) {
  const found = cases.find((each) => each.title === title)
  assert.ok(found, title)
  testTemplate(found)
}
