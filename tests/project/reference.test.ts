import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '../../src/contract/routes.ts'
import { openApiDocument } from '../../src/contract/openapi.ts'
import { configurationPage, outcomesPage, problemsPage } from '../../tools/reference/reference-pages.ts'

type Operation = { operationId: string; parameters: { name: string; in: string }[]; responses: Record<string, unknown> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

const text = JSON.stringify(openApiDocument())
const document = JSON.parse(text) as Document

test('the OpenAPI document has every operation of the contract once', () => {
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
  assert.deepEqual(ids.toSorted(), Object.keys(routes).toSorted())
})

test('every reference of the OpenAPI document has a target', () => {
  const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)]
  assert.ok(references.length > 10)
  for (const [reference, kind = '', name = ''] of references) assert.ok(document.components[kind]?.[name], reference)
})

test('every path parameter of the OpenAPI document is described', () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
    for (const { operationId, parameters } of Object.values(operations)) {
      const described = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      assert.deepEqual(described.toSorted(), wanted.toSorted(), operationId)
    }
  }
})

test('no table of the printed manual is broken by a value in it', () => {
  for (const page of [configurationPage(), problemsPage(), outcomesPage()]) {
    let columns = 0
    for (const line of page.split('\n')) {
      if (!line.startsWith('|')) columns = 0
      else {
        const cells = line.replaceAll('\\|', '').split('|').length
        if (columns === 0) columns = cells
        assert.equal(cells, columns, line)
      }
    }
  }
})
