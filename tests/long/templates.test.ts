// Every script template on every legacy store that it supports: real servers, a server
// that speaks the protocol of SQL Server, and models of services that cannot be had here.
import { after } from 'node:test'
import { ldap_template_cases } from '../script-templates/ldap-template-cases.ts'
import { mongodb_template_cases } from '../script-templates/mongodb-template-cases.ts'
import { service_template_cases } from '../script-templates/service-template-cases.ts'
import { testMoves } from '../script-templates/sql-server-moves.ts'
import { sql_server_template_cases } from '../script-templates/sql-server-template-cases.ts'
import { sql_template_cases, stopSqlServers } from '../script-templates/sql-template-cases.ts'
import { testTemplate } from '../script-templates/template-tests.ts'

after(stopSqlServers)
const cases = [
  ...ldap_template_cases,
  ...mongodb_template_cases,
  ...service_template_cases,
  ...sql_server_template_cases,
  ...sql_template_cases,
]
for (const each of cases) testTemplate(each)
testMoves([
  'aspnet-membership',
  'aspnet-universal-providers',
  'aspnet-simple-membership',
  'aspnet-identity',
  'aspnet-identity-core',
])
