import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparedColumns } from '../../dashboard/src/scripting/compared-columns.ts'
import { generateFromTemplate } from '../../src/connections/generate-scripts.ts'

async function compared(template: string, settings: Record<string, string>): Promise<string[]> {
  const { generated } = await generateFromTemplate({ template, mode: 'import', settings, name: 'shop' })
  return comparedColumns(generated.options.customScripts['get_user'] ?? '')
}

test('what the scripts of templates compare with the typed name is known', async () => {
  const DATABASE_URL = 'postgres://u:p@db.example/shop'
  const columns = { DATABASE_URL, EMAIL_COLUMN: 'mail', USERNAME_COLUMN: 'login_name' }
  const ignore_case = { ...columns, IDENTIFIER_MATCH: 'ignore_case' }
  assert.deepEqual(await compared('postgresql', ignore_case), ['lower(mail)', 'lower(login_name)'])
  assert.deepEqual(await compared('postgresql', { ...columns, IDENTIFIER_MATCH: 'collation' }), ['mail', 'login_name'])
})

test('columns of queries that are written by hand are known, once each, and no others', () => {
  const source = `const sql = 'select id from app.users u where LOWER( u."Email" ) = LOWER($1) and active = 1 or \`name\` = ?'
    query('select 1 from users where name = @typed and [mail] = :mail')`
  assert.deepEqual(comparedColumns(source), ['LOWER(u.Email)', 'name', 'mail'])
  assert.deepEqual(comparedColumns('users.findOne({ email })'), [])
})
